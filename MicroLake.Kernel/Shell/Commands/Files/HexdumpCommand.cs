using System.Text;

namespace MicroLake.Shell.Commands;

[Command("hexdump", "Prints a file as hexadecimal numbers and text", Usage = "[-n BYTES] [-s SKIP] FILE",
    Details = "Lines that repeat are shown as one star, as hexdump -C does.")]
internal sealed class HexdumpCommand : ICommand
{
    private const int Width = 16;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        int limit = arguments.Number("-n", 0, int.MaxValue) ?? int.MaxValue;
        int skip = arguments.Number("-s", 0, int.MaxValue) ?? 0;
        string path = arguments.Required("FILE");
        arguments.End();
        using FileStream file = FileArguments.ExistingFile("hexdump", path).OpenRead();
        if (file.CanSeek)
            file.Seek(Math.Min(skip, file.Length), SeekOrigin.Begin);
        long offset = file.CanSeek ? file.Position : 0;
        byte[] line = new byte[Width];
        byte[] previous = [];
        bool starred = false;
        while (limit > 0 && file.ReadAtLeast(line.AsSpan(0, Math.Min(Width, limit)), Math.Min(Width, limit), throwOnEndOfStream: false) is var count and > 0)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> shown = line.AsSpan(0, count);
            if (count == Width && shown.SequenceEqual(previous))
            {
                if (!starred)
                    context.Output.WriteLine("*");
                starred = true;
            }
            else
            {
                context.Output.WriteLine(Line(offset, shown));
                previous = shown.ToArray();
                starred = false;
            }
            offset += count;
            limit -= count;
        }
        context.Output.WriteLine($"{offset:x8}");
    }

    private static string Line(long offset, ReadOnlySpan<byte> data)
    {
        StringBuilder text = new($"{offset:x8} ");
        for (int i = 0; i < Width; i++)
            text.Append(i % 8 == 0 ? " " : "").Append(i < data.Length ? $"{data[i]:x2} " : "   ");
        text.Append(" |");
        foreach (byte value in data)
            text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
        return text.Append('|').ToString();
    }
}
