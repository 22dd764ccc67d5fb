using System.Text;
using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>
/// Draws one line of a terminal: a prompt and the part of the text around the cursor that fits. Long lines scroll
/// sideways, so that a redraw costs the width of the terminal, however long the text is.
/// </summary>
internal sealed class LineView(ITerminal terminal)
{
    private int _first;

    /// <summary>Starts over at the beginning of the text.</summary>
    public void Reset() => _first = 0;

    public void Draw(string prompt, LineBuffer line)
    {
        int width = Math.Max(8, terminal.Size.Columns - 1 - Width(prompt));
        ScrollTo(line, width);
        StringBuilder output = new("\r");
        output.Append(prompt);
        int used = 0, cursorColumn = 0, at = _first;
        for (; at < line.Length; at++)
        {
            int cells = CharacterWidth.Of(line[at]);
            if (used + cells > width)
                break;
            if (at == line.Cursor)
                cursorColumn = used;
            output.Append(line[at].ToString());
            used += cells;
        }
        if (line.Cursor >= at)
            cursorColumn = used;
        output.Append("\e[K");
        if (used > cursorColumn)
            output.Append($"\e[{used - cursorColumn}D");
        terminal.Write(Encoding.UTF8.GetBytes(output.ToString()));
    }

    private static int Width(string text) => text.EnumerateRunes().Sum(CharacterWidth.Of);

    /// <summary>Chooses the first character to show so that the cursor is visible, with some text before it.</summary>
    private void ScrollTo(LineBuffer line, int width)
    {
        if (line.Cursor < _first)
            _first = Math.Max(0, line.Cursor - width / 2);
        if (line.Cursor - _first > width)
            _first = line.Cursor - width / 2;
        int cells = 0;
        for (int i = _first; i < line.Cursor; i++)
            cells += CharacterWidth.Of(line[i]);
        for (; cells >= width; _first++)
            cells -= CharacterWidth.Of(line[_first]);
    }
}
