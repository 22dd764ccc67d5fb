using System.Globalization;

namespace MicroLake.Tool.Protocol;

/// <summary>
/// Follows one scripted run of a guest on its serial line: what comes before <c>begin</c> is firmware and boot noise,
/// then the commands' output until <c>end;STATUS</c>, or a panic's text after <c>panic</c>. Test images send
/// <c>test;NAME;OUTCOME;MESSAGE</c> records instead of output.
/// </summary>
/// <remarks>
/// A run with a token takes <c>begin;TOKEN</c>, <c>end;TOKEN;STATUS</c> and <c>panic;TOKEN</c>; whatever else looks like a message is
/// output, because a command may print anything. Only a panic during the boot, before the guest knows its token and
/// before any command has printed, comes without.
/// </remarks>
public sealed class GuestReader
{
    private readonly ApcScanner _scanner;
    private readonly Stream _output;
    private readonly Stream _panicText;
    private readonly string? _token;
    private readonly List<TestRecord> _tests = [];
    private bool _begun;

    /// <param name="output">Takes what the commands print, byte for byte.</param>
    /// <param name="panicText">Takes what the kernel writes once it panics.</param>
    /// <param name="token">What the guest was given to prove its messages with, or null.</param>
    public GuestReader(Stream output, Stream panicText, string? token = null)
    {
        _token = token;
        _output = output;
        _panicText = panicText;
        _scanner = new ApcScanner(OnData, OnMessage);
    }

    /// <summary>The status that the guest ended with, or null as long as it has not.</summary>
    public int? Status { get; private set; }

    public bool Panicked { get; private set; }

    /// <summary>True once nothing but the guest's power-off is still to come.</summary>
    public bool IsOver => Status is not null || Panicked;

    /// <summary>The first message that does not follow the protocol, or null.</summary>
    public string? Malformed { get; private set; }

    /// <summary>The records of a test image, in the order they came.</summary>
    public IReadOnlyList<TestRecord> Tests => _tests;

    /// <summary>Takes the next bytes of the serial line.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        _scanner.Feed(bytes);
        _output.Flush();
        _panicText.Flush();
    }

    /// <summary>The serial line has closed.</summary>
    public void Finish()
    {
        _scanner.Finish();
        _output.Flush();
        _panicText.Flush();
    }

    private void OnData(ReadOnlySpan<byte> bytes)
    {
        if (Panicked)
            _panicText.Write(bytes);
        else if (_begun && Status is null)
            _output.Write(bytes);
    }

    private bool OnMessage(string message)
    {
        string[] fields = message.Split(';');
        if (_token is not null && !(fields is ["panic"] && !_begun))
        {
            if (fields.Length < 2 || fields[1] != _token)
                return false;
            fields = [fields[0], .. fields[2..]];
        }

        switch (fields)
        {
            case ["panic"]:
                Panicked = true;
                break;
            case ["begin"] when Status is null:
                _begun = true;
                break;
            case ["end", string text] when Status is null
                    && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status):
                Status = status;
                break;
            case ["test", ..] when Status is null && TestRecord.TryParse(fields, out TestRecord? record):
                _tests.Add(record);
                break;
            default:
                Malformed ??= message;
                break;
        }

        return true;
    }
}
