using System.Text;

namespace MicroLake.Services.Programs;

/// <summary>Makes lines of the bytes that a program writes, wherever they are cut.</summary>
/// <param name="line">Takes each line that is not empty.</param>
public sealed class LineAssembler(Action<string> line)
{
    /// <summary>Longer lines are cut: a program that never ends one must not fill the memory.</summary>
    private const int MostCharacters = 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _ = _decoder.GetChars(bytes, characters, flush: false);
        foreach (char c in characters)
        {
            if (c != '\n')
                _text.Append(c);
            if (c == '\n' || _text.Length == MostCharacters)
                End();
        }
    }

    /// <summary>What was written is a line, although it was not ended.</summary>
    public void End()
    {
        if (_text.Length > 0)
            line(_text.ToString());
        _text.Clear();
    }
}
