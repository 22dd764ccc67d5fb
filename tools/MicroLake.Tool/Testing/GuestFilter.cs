namespace MicroLake.Tool.Testing;

/// <summary>What a filter on full names (<c>GuestTests.PROFILE.AREA/TEST</c>) lets a machine profile skip, before its guest is booted.</summary>
public static class GuestFilter
{
    /// <summary>The variable that carries the filter to the guest tests.</summary>
    public const string Variable = "MICROLAKE_GUEST_FILTER";

    /// <summary>
    /// Text that the names of all tests hold (without the profile) that the filter asks for: empty where that may be all of them, null where it is none.
    /// It may let more tests run than were asked for, never fewer.
    /// </summary>
    public static string? For(string? filter, string profile)
    {
        string prefix = $"GuestTests.{profile}.";
        if (string.IsNullOrEmpty(filter) || prefix.Contains(filter, StringComparison.Ordinal))
            return "";
        int shared = Math.Min(filter.Length, prefix.Length);
        while (shared > 0 && !prefix.EndsWith(filter[..shared], StringComparison.Ordinal))
            shared--;
        if (shared == 0 && filter.Contains("GuestTests.", StringComparison.Ordinal))
            return null;
        return LongestWord(filter[shared..]);
    }

    /// <summary>The longest part that needs no quotes on a kernel's command line and in its shell.</summary>
    private static string LongestWord(string text)
    {
        string longest = "";
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '/' or '.'))
                end++;
            if (end - start > longest.Length)
                longest = text[start..end];
            start = end + 1;
        }
        return longest;
    }
}
