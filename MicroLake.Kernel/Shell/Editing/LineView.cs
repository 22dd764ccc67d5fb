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

    /// <summary>Cells still free behind the text when the cursor stands at its end; 0 when it does not.</summary>
    private int _room;

    /// <summary>Starts over at the beginning of the text.</summary>
    public void Reset() => _first = 0;

    /// <summary>
    /// Draws what was typed behind the text since the last drawing, without redrawing the rest; false when it does not fit.
    /// </summary>
    public bool TryAppend(LineBuffer line, int count)
    {
        if (count >= _room)
            return false;
        string typed = line.Text(line.Length - count, line.Length);
        int cells = Width(typed);
        if (cells >= _room)
            return false;
        _room -= cells;
        terminal.Write(Encoding.UTF8.GetBytes(typed));
        return true;
    }

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
        _room = line.Cursor == line.Length ? width - used : 0;
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
