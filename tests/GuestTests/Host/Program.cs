using MicroLake.GuestTests;

// On a host: [--list] [--framed] [--no-load] [--filter TEXT]
string filter = "";
bool framed = false, load = true;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--list":
            foreach (GuestTest test in TestList.All)
                Console.WriteLine(test.FullName);
            return 0;
        case "--framed":
            framed = true;
            break;
        case "--no-load":
            load = false;
            break;
        case "--filter" when i + 1 < args.Length:
            filter = args[++i];
            break;
        default:
            Console.Error.WriteLine($"error: unknown argument {args[i]}; known: --list --framed --no-load --filter TEXT");
            return 2;
    }
}

ITestChannel channel = framed ? new FramedChannel(Console.Out) : new TextChannel(Console.Out);
var results = new SuiteRunner(channel) { UnderLoad = load }
    .Run(TestList.All.Where(t => t.FullName.Contains(filter, StringComparison.OrdinalIgnoreCase)));
if (results.Count == 0)
{
    Console.Error.WriteLine($"error: no test's name contains \"{filter}\"; --list shows the names");
    return 2;
}
return results.Any(r => r.Outcome == TestOutcome.Failed) ? 1 : 0;
