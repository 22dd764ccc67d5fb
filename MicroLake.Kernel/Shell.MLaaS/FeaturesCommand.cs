using MicroLake.Hosting;
using MicroLake.Hosting.Features;

namespace MicroLake.Shell.MLaaS;

[Command("features", "Records what the kernel sees, for models to learn from and decide by",
    Usage = """
        enable sched.run|mm.fault [--window N]
        list [--json]
        show NAME [--last N] [--json]
        save NAME FILE.csv
        remove NAME
        """,
    Details = """
        enable  makes a registry that the kernel feeds: sched.run has a vector for each run of a thread, mm.fault one for
                each page fault; each processor keeps its last N vectors (1024 unless told otherwise)
        list    shows the registries: vectors captured, a second, dropped for want of a place, overwritten by younger ones
        show    prints the last N vectors (10 unless told otherwise)
        save    writes all vectors that are still there, with a header line
        remove  ends a registry
        """)]
internal sealed class FeaturesCommand : ICommand
{
    private const int UsualWindow = 1024;
    private const int MostVectors = 65536;
    private const int UsualLast = 10;

    private static readonly string[] s_actions = ["enable", "list", "remove", "save", "show"];
    private static readonly string[] s_builtIn = ["sched.run", "mm.fault"];

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        switch (arguments.Required($"one of {string.Join(", ", s_actions)}"))
        {
            case "enable":
                Enable(arguments);
                break;
            case "list":
                List(context, arguments);
                break;
            case "show":
                Show(context, arguments);
                break;
            case "save":
                Save(context, arguments);
                break;
            case "remove":
                FeatureRegistry registry = Get(arguments);
                arguments.End();
                Try(registry.Destroy);
                break;
            case var other:
                throw arguments.Error($"'{Printable.Shorten(other)}' is none of {string.Join(", ", s_actions)}");
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request) => request.Words switch
    {
        [] => s_actions,
        ["enable"] => s_builtIn,
        ["show" or "save" or "remove"] => Names(),
        _ => PathCompletion.Complete(request.Partial),
    };

    private static void Enable(ArgumentReader arguments)
    {
        int window = arguments.Number("--window", 16, MostVectors) ?? UsualWindow;
        string name = arguments.Required("NAME");
        arguments.End();
        int which = Array.IndexOf(s_builtIn, name);
        if (which < 0)
            throw new CommandException($"features: the kernel feeds no registry '{Printable.Shorten(name)}'", $"it feeds {string.Join(" and ", s_builtIn)}");
        Try(() => _ = FeatureRegistry.Enable((BuiltInFeatures)which, window));
    }

    private static void List(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(
            new Column("name", "name"), new Column("features", "features", AlignRight: true), new Column("window", "window", AlignRight: true),
            new Column("captured", "captured", AlignRight: true), new Column("a second", "rate", AlignRight: true),
            new Column("dropped", "dropped", AlignRight: true), new Column("overwritten", "overwritten", AlignRight: true),
            new Column("ns each", "nanoseconds", AlignRight: true));
        foreach (FeatureRegistry registry in FeatureRegistry.All())
        {
            FeatureUse use = registry.Use;
            double seconds = (Inspection.Uptime() - use.Created).TotalSeconds;
            table.Add(
                registry.Name, use.Features, use.Window, use.Begun, Cell.Number(seconds > 0 ? use.Begun / seconds : 0, "0.0"), use.Dropped,
                use.Overwritten, Cell.Number(MeanCost(registry.Read()), "0"));
        }

        table.Write(context, json, "There are no registries; features enable sched.run makes one.");
    }

    private static void Show(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        int last = arguments.Number("--last", 1, MostVectors) ?? UsualLast;
        FeatureRegistry registry = Get(arguments);
        arguments.End();
        var rows = new FeatureRows(registry.Features, registry.Read());
        string[] titles = rows.Titles();
        var columns = new Column[titles.Length];
        for (int i = 0; i < titles.Length; i++)
            columns[i] = new(titles[i], titles[i], AlignRight: true);
        var table = new Table(columns);
        for (int i = Math.Max(0, rows.Count - last); i < rows.Count; i++)
        {
            string[] texts = rows.Cells(i);
            var cells = new Cell[texts.Length];
            for (int j = 0; j < texts.Length; j++)
                cells[j] = long.TryParse(texts[j], out long number) ? number : texts[j];
            table.Add(cells);
        }

        table.Write(context, json, "It has no vectors yet.");
    }

    private static void Save(CommandContext context, ArgumentReader arguments)
    {
        FeatureRegistry registry = Get(arguments);
        string path = arguments.Required("FILE.csv");
        arguments.End();
        var rows = new FeatureRows(registry.Features, registry.Read());
        using (var file = new StreamWriter(path))
        {
            file.Write(string.Join(',', rows.Titles()) + "\n");
            for (int i = 0; i < rows.Count; i++)
                file.Write(string.Join(',', rows.Cells(i)) + "\n");
        }

        context.Output.WriteLine($"{path}: {rows.Count} vectors");
    }

    private static List<string> Names()
    {
        var names = new List<string>();
        foreach (FeatureRegistry registry in FeatureRegistry.All())
            names.Add(registry.Name);
        return names;
    }

    /// <summary>Mean time between begin and commit.</summary>
    private static double MeanCost(List<FeatureRow> rows)
    {
        long sum = 0;
        foreach (FeatureRow row in rows)
            sum += row.CommittedAt - row.BegunAt;
        return rows.Count == 0 ? 0 : (double)sum / rows.Count;
    }

    private static FeatureRegistry Get(ArgumentReader arguments)
    {
        string name = arguments.Required("NAME");
        return FeatureRegistry.Find(name) ?? throw new CommandException($"features: there is no registry '{Printable.Shorten(name)}'", "see features list");
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (KernelException error)
        {
            throw new CommandException($"features: {error.Message}", "");
        }
    }
}
