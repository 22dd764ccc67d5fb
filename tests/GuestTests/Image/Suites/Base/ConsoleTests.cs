namespace MicroLake.GuestTests.Suites;

[Area("Console")]
public static class ConsoleTests
{
    [GuestTest]
    public static void Out_and_Error_take_text_from_several_threads()
    {
        Parallel.For(0, 8, n =>
        {
            for (int i = 0; i < 5; i++)
                Console.Out.Write(n % 2 == 0 ? "" : "");
        });
        Console.Error.Write("");
        Console.Out.Flush();
    }

    [GuestTest]
    public static void Out_can_be_redirected_and_put_back()
    {
        TextWriter before = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        Console.Write("caught {0}", 1);
        Console.SetOut(before);
        Check.Equal("caught 1", text.ToString());
    }

    [GuestTest]
    public static void In_can_be_replaced()
    {
        TextReader before = Console.In;
        Console.SetIn(new StringReader("line one\nline two"));
        string? one = Console.ReadLine(), two = Console.ReadLine(), end = Console.ReadLine();
        Console.SetIn(before);
        Check.Sequence(["line one", "line two", null], (string?[])[one, two, end]);
    }

    [GuestTest]
    public static void Colours_can_be_set()
    {
        Console.ForegroundColor = ConsoleColor.Green;
        Console.BackgroundColor = ConsoleColor.Black;
        Console.ResetColor();
    }

    [GuestTest]
    public static void Encodings_are_utf8() => Check.Equal("utf-8", Console.OutputEncoding.WebName);
}
