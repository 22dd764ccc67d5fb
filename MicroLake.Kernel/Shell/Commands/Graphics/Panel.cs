using MicroLake.Graphics;

namespace MicroLake.Shell.Commands;

/// <summary>A titled part of the dashboard. Places are within what it holds; line -1 is that of the title.</summary>
internal sealed class Panel
{
    public const int TitleHeight = 36;
    public const int LineHeight = 20;

    private const int Margin = 12;
    private const int BarHeight = 12;
    private const int StepOfGraph = 4;

    private readonly Canvas _canvas;
    private readonly int _x;
    private readonly int _y;

    public Panel(Canvas canvas, int x, int y, int width, int height, string title)
    {
        canvas.Fill(x, y, width, height, Colour.Panel);
        canvas.Text(x + Margin, y + 10, title, Colour.Text, bold: true);
        _canvas = canvas;
        _x = x + Margin;
        _y = y + TitleHeight;
        Width = width - 2 * Margin;
        Height = height - TitleHeight - Margin;
    }

    public int Width { get; }

    public int Height { get; }

    public void Text(int x, int line, string text, uint colour) => _canvas.Text(_x + x, Top(line), text, colour);

    /// <summary>Text that ends at a place.</summary>
    public void TextRight(int right, int line, string text, uint colour) => Text(right - text.Length * Font.Width, line, text, colour);

    public void Headings(int line, params ReadOnlySpan<(int X, string Text)> headings)
    {
        foreach ((int x, string text) in headings)
            Text(x, line, text, Colour.Dim);
    }

    public void Square(int x, int line, uint colour) => _canvas.Fill(_x + x, Top(line) + 3, 10, 10, colour);

    /// <summary>A bar that is filled to a share of its width.</summary>
    public void Bar(int x, int line, int width, double share, uint colour)
    {
        BarPart(x, line, width, 0, 1, Colour.Track);
        BarPart(x, line, width, 0, share, colour);
    }

    /// <summary>A part of a bar, between two shares of its width.</summary>
    public void BarPart(int x, int line, int width, double from, double to, uint colour)
    {
        int start = (int)(width * Math.Clamp(from, 0, 1)), end = (int)Math.Ceiling(width * Math.Clamp(to, 0, 1));
        _canvas.Fill(_x + x + start, Top(line) + 2, end - start, BarHeight, colour);
    }

    /// <summary>Values over time, the youngest at the right.</summary>
    public void Graph(int y, int height, Series series, double most, uint colour)
    {
        _canvas.Fill(_x, _y + y, Width, height, Colour.Background);
        _canvas.Fill(_x, _y + y + height / 2, Width, 1, Colour.Track);
        for (int age = 0; age < series.Count; age++)
        {
            int x = Width - (age + 1) * StepOfGraph, length = (int)Math.Round(height * Math.Clamp(series.At(age) / most, 0, 1));
            if (x < 0)
                break;
            _canvas.Fill(_x + x, _y + y + height - length, StepOfGraph - 1, length, colour);
        }
    }

    // The title's line is a little higher up.
    private int Top(int line) => line < 0 ? _y - TitleHeight + 10 : _y + line * LineHeight;
}
