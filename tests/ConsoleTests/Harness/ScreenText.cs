using System.Text;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>What a person would see of a terminal's output: line ends as one character, no control sequences.</summary>
public static class ScreenText
{
    /// <summary>
    /// Shows each line as a terminal would after its last character: carriage return, backspace, and the cursor and
    /// erase sequences that a line editor uses (ECMA-48 CUF, CUB, CHA, EL, ICH, DCH). Colours are dropped.
    /// </summary>
    public static string Render(string output)
    {
        StringBuilder screen = new();
        List<char> line = [];
        int cursor = 0;
        for (int i = 0; i < output.Length; i++)
        {
            char c = output[i];
            switch (c)
            {
                case '\n':
                    screen.Append(Text(line)).Append('\n');
                    line.Clear();
                    cursor = 0;
                    break;
                case '\r':
                    cursor = 0;
                    break;
                case '\b':
                    cursor = Math.Max(0, cursor - 1);
                    break;
                case '\a':
                    break;
                case '\e':
                    i = Sequence(output, i, line, ref cursor);
                    break;
                default:
                    while (line.Count <= cursor)
                        line.Add(' ');
                    line[cursor++] = c;
                    break;
            }
        }
        return screen.Append(Text(line)).ToString();
    }

    private static string Text(List<char> line) => new([.. line]);

    /// <summary>Carries out one control sequence. Returns the index of its last character.</summary>
    private static int Sequence(string output, int start, List<char> line, ref int cursor)
    {
        if (start + 1 >= output.Length || output[start + 1] != '[')
            return Math.Min(start + 1, output.Length - 1);
        int end = start + 2;
        while (end < output.Length && output[end] is < '@' or > '~')
            end++;
        if (end >= output.Length)
            return output.Length - 1;
        int.TryParse(output.AsSpan(start + 2, end - start - 2), out int given);
        int count = Math.Max(1, given);
        switch (output[end])
        {
            case 'C':
                cursor += count;
                break;
            case 'D':
                cursor = Math.Max(0, cursor - count);
                break;
            case 'G':
                cursor = count - 1;
                break;
            case 'K' when given == 0 && cursor < line.Count:
                line.RemoveRange(cursor, line.Count - cursor);
                break;
            case 'K' when given == 2:
                line.Clear();
                break;
            case 'P' when cursor < line.Count:
                line.RemoveRange(cursor, Math.Min(count, line.Count - cursor));
                break;
            case '@' when cursor < line.Count:
                line.InsertRange(cursor, Enumerable.Repeat(' ', count));
                break;
        }
        return end;
    }
}
