using System.Text;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

/// <summary>Splitting lines into commands and words; the quoting table is that of POSIX sh.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   \t ", "")]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("'a b' c", "a b|c")]
    [InlineData("\"a b\"c", "a bc")]
    [InlineData("a\\ b", "a b")]
    [InlineData("''", "")]
    [InlineData("'' x", "|x")]
    [InlineData("'it'\\''s'", "it's")]
    [InlineData("\"say \\\"x\\\" \\\\ \\n\"", "say \"x\" \\ \\n")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("a#b #c d", "a#b")]
    [InlineData("\"a;b\" 'c|d'", "a;b|c|d")]
    [InlineData("a\\;b", "a;b")]
    [InlineData("a\\\nb", "ab")]
    [InlineData("größe 水", "größe|水")]
    [InlineData("'multi\nline'", "multi\nline")]
    public void Words_are_split_and_unquoted(string text, string expected)
    {
        IReadOnlyList<SimpleCommand> commands = CommandLine.Parse(text);
        Assert.Equal(expected, string.Join('|', commands.SelectMany(command => command.Words)));
        Assert.True(commands.Count <= 1);
    }

    [Theory]
    [InlineData("a; b c;;\n d # x\n\r\n e;", "a/b c/d/e")]
    [InlineData("# only a comment", "")]
    [InlineData(";;;", "")]
    public void Commands_are_separated(string text, string expected) =>
        Assert.Equal(expected, string.Join('/', CommandLine.Parse(text).Select(command => string.Join(' ', command.Words))));

    [Theory]
    [InlineData("a b > c", "a b", "c", false)]
    [InlineData("a b>c; d", "a b", "c", false)]
    [InlineData("a >>c b", "a b", "c", true)]
    [InlineData("> 'c d'", "", "c d", false)]
    [InlineData("a 2 > c", "a 2", "c", false)]
    [InlineData("a2>c", "a2", "c", false)]
    public void Output_goes_to_a_file(string text, string words, string file, bool append)
    {
        SimpleCommand command = CommandLine.Parse(text)[0];
        Assert.Equal(words, string.Join(' ', command.Words));
        Assert.Equal(new OutputFile(file, append), command.Output);
    }

    [Fact]
    public void Quoted_signs_are_text() => Assert.Null(Assert.Single(CommandLine.Parse("echo 'a > b' \\>")).Output);

    [Theory]
    [InlineData("a 'b", "single quote")]
    [InlineData("a \"b", "double quote")]
    [InlineData("a \\", "backslash")]
    [InlineData("a | b", "'|' is not supported")]
    [InlineData("a < b", "'<' is not supported")]
    [InlineData("a >", "no file after >")]
    [InlineData("a >> ; b", "no file after >>")]
    [InlineData("a >>> b", "no file after >>")]
    [InlineData("a > b > c", "one output")]
    [InlineData("a 2> b", "'2>' is not supported")]
    [InlineData("a >& b", "no file after >")]
    [InlineData("a & b", "'&' is not supported")]
    [InlineData("echo $HOME", "'$' is not supported")]
    public void What_cannot_be_understood_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<CommandException>(() => CommandLine.Parse(text)).Message);

    [Fact]
    public void Quoting_any_text_gives_one_word_again()
    {
        Random random = new(7);
        for (int round = 0; round < 5000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => " \t;|&<>()$`\\\"'#abcäö水~*?"[random.Next(24)]));
            Assert.Equal([text], Assert.Single(CommandLine.Parse(CommandLine.Quote(text))).Words);
        }
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("he", "", "he")]
    [InlineData("help ", "help", "")]
    [InlineData("ls -l /tm", "ls|-l", "/tm")]
    [InlineData("a; cat 'x y", "cat", "x y")]
    [InlineData("cat x\\ y", "cat", "x y")]
    [InlineData("cat \"x y\" ", "cat|x y", "")]
    public void The_unfinished_word_is_found(string text, string words, string partial)
    {
        PartialCommand result = CommandLine.ParsePartial(text);
        Assert.Equal((words, partial), (string.Join('|', result.Words), result.Partial));
    }

    [Fact]
    public void A_mebibyte_is_parsed_without_copying_it_again_and_again()
    {
        foreach (string piece in (string[])["a", "a ", "'a'", "\"a\"", "\\a", "\\\n", "a;", "#"])
        {
            string text = string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length));
            long before = GC.GetAllocatedBytesForCurrentThread();
            CommandLine.Parse(text);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
        }
    }

    [Fact]
    public void Any_text_is_parsed_or_refused_with_a_reason()
    {
        Random random = new(11);
        for (int round = 0; round < 20000; round++)
        {
            StringBuilder text = new();
            for (int i = random.Next(40); i > 0; i--)
                text.Append((char)(random.Next(3) == 0 ? random.Next(0x10000) : random.Next(128)));
            try
            {
                CommandLine.Parse(text.ToString());
            }
            catch (CommandException)
            {
            }
            CommandLine.ParsePartial(text.ToString());
        }
    }
}
