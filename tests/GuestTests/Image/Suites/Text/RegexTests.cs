using System.Text.RegularExpressions;

namespace MicroLake.GuestTests.Suites;

[Area("Regex: interpreted, non-backtracking and source generated")]
public static partial class RegexTests
{
    [GeneratedRegex(@"^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$")]
    private static partial Regex Date();

    [GuestTest]
    public static void A_generated_expression_captures()
    {
        Match m = Date().Match("2025-07-31");
        Check.That(m.Success);
        Check.Equal("07", m.Groups["month"].Value);
        Check.That(!Date().IsMatch("2025-7-31"));
    }

    [GuestTest]
    public static void An_expression_from_text_is_interpreted()
    {
        var words = new Regex(@"\b(\w)(\w*)\b");
        Check.Equal("Hello World", words.Replace("hello world", m => m.Groups[1].Value.ToUpperInvariant() + m.Groups[2].Value));
        Check.Sequence(["a", "b", "c"], Regex.Split("a1b22c", @"\d+"));
        Check.That(Regex.IsMatch("abcabc", @"^(abc)\1$"));
        Check.That(Regex.IsMatch("foobar", @"foo(?=bar)"));
        Check.Equal("x", Regex.Match("<<x>>", @"(?<=<<)\w(?=>>)").Value);
    }

    [GuestTest]
    public static void The_non_backtracking_engine_stays_linear()
    {
        var hard = new Regex("^(a+)+$", RegexOptions.NonBacktracking);
        Check.That(!hard.IsMatch(new string('a', 3000) + "b"));
    }

    [GuestTest]
    public static void A_match_that_takes_too_long_is_given_up()
    {
        var hard = new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(100));
        Check.Throws<RegexMatchTimeoutException>(() => hard.IsMatch(new string('a', 40) + "b"));
    }

    [GuestTest]
    public static void A_bad_expression_says_where()
    {
        var e = Check.Throws<RegexParseException>(() => _ = new Regex("(a"));
        Check.Equal(RegexParseError.InsufficientClosingParentheses, e.Error);
    }
}
