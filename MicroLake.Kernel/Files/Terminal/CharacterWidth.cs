using System.Globalization;
using System.Text;

namespace MicroLake.Files;

/// <summary>How many cells of a terminal a character takes (Unicode Standard Annex 11, East Asian Width).</summary>
public static class CharacterWidth
{
    /// <summary>0 for combining marks and controls, 2 for wide East Asian characters and emoji, else 1.</summary>
    public static int Of(Rune rune)
    {
        int value = rune.Value;
        if (value < 0x7F)
            return value < 0x20 ? 0 : 1;
        if (value < 0x300)
            return value < 0xA0 ? 0 : 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return 0;
        return IsWide(value) ? 2 : 1;
    }

    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD);
}
