using System.Text;
using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>Lays names out in columns, down then across, as ls does.</summary>
internal static class ColumnList
{
    public static string Format(IReadOnlyList<string> names, int width)
    {
        int cell = names.Max(Width) + 2;
        int columns = Math.Max(1, width / cell);
        int rows = (names.Count + columns - 1) / columns;
        StringBuilder text = new();
        for (int row = 0; row < rows; row++)
        {
            for (int i = row; i < names.Count; i += rows)
                text.Append(names[i]).Append(' ', i + rows < names.Count ? cell - Width(names[i]) : 0);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static int Width(string name) => name.EnumerateRunes().Sum(CharacterWidth.Of);
}
