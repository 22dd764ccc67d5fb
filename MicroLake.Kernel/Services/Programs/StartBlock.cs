using System.Buffers.Binary;
using System.Text;
using MicroLake.Abi;

namespace MicroLake.Services.Programs;

/// <summary>Writes what a process finds when it starts (<see cref="StartInformation"/>).</summary>
public static class StartBlock
{
    /// <summary>Arguments and variables together are at most this long.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>The block as bytes.</summary>
    /// <exception cref="ArgumentException">The texts are longer than <see cref="MaxBytes"/>, or one holds a zero byte.</exception>
    public static byte[] Build(
        IReadOnlyList<string> arguments, IReadOnlyList<string> variables, IReadOnlyList<(string Name, uint Handle)> handles)
    {
        var text = new MemoryStream();
        foreach (string argument in arguments)
            Append(text, argument);
        foreach (string variable in variables)
            Append(text, variable);
        Span<byte> word = stackalloc byte[4];
        foreach ((string name, uint handle) in handles)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, handle);
            text.Write(word);
            Append(text, name);
        }

        var block = new byte[StartInformation.FixedBytes + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(block, StartInformation.CurrentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), (uint)block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(8), (uint)arguments.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), (uint)variables.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(16), (uint)handles.Count);
        text.ToArray().CopyTo(block, StartInformation.FixedBytes);
        return block;
    }

    private static void Append(MemoryStream text, string value)
    {
        if (value.Contains('\0'))
            throw new ArgumentException("an argument of a program holds a zero byte");
        text.Write(Encoding.UTF8.GetBytes(value));
        text.WriteByte(0);
        if (text.Length > MaxBytes)
            throw new ArgumentException($"the arguments of the program are too long; they are at most {MaxBytes >> 10} KiB together");
    }
}
