using System.Globalization;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.Programs;

[Command("service", "Loads, lists, calls, replaces and stops services",
    Usage = """
        load MANIFEST.json
        list [--json]
        call NAME LABEL [WORD...] [--timeout SECONDS]
        replace NAME MANIFEST.json
        stop NAME
        """,
    Details = """
        replace  starts another program beside the one that runs; when it is ready, the old one finishes its calls and ends, and the new one goes on
                 at the same endpoint: clients keep their channels and lose no call. A program that is never ready changes nothing.
                 A service with "keeps_state" in its manifest, such as tmp, is not replaced: what it has cannot move.
        """)]
internal sealed class ServiceCommand : ICommand
{
    private const int DefaultTimeoutSeconds = 10;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        Supervisor supervisor = context.Shell.Services.Get<Supervisor>();
        switch (arguments.Required("load, list, call, replace or stop"))
        {
            case "load":
                Start(context, arguments, supervisor.Start);
                break;
            case "replace":
                string replaced = arguments.Required("NAME");
                Start(context, arguments, (manifest, program) => supervisor.Replace(replaced, manifest, program));
                break;
            case "list":
                List(context, arguments, supervisor);
                break;
            case "call":
                Call(context, arguments, supervisor);
                break;
            case "stop":
                string name = arguments.Required("NAME");
                arguments.End();
                if (!supervisor.Stop(name))
                    throw NoSuch(name);
                break;
            case var other:
                throw arguments.Error($"there is no verb '{Printable.Shorten(other)}'");
        }
    }

    private static void Start(CommandContext context, ArgumentReader arguments, Func<ServiceManifest, ElfProgram, SupervisedService> start)
    {
        string path = Path.GetFullPath(arguments.Required("MANIFEST.json"));
        arguments.End();
        try
        {
            ServiceManifest manifest = ServiceManifest.Read(File.ReadAllBytes(path));
            string program = Path.Combine(Path.GetDirectoryName(path)!, manifest.Program);
            ServiceUse use = start(manifest, ProgramFiles.Read(program)).Use;
            context.Output.WriteLine($"{manifest.Name}: generation {use.Generation}, process {use.Process}");
        }
        catch (Exception error) when (error is ManifestException or ElfFormatException or KernelException or MessageException or ArgumentException)
        {
            throw new CommandException($"service: {Path.GetFileName(path)}: {error.Message}", "");
        }
    }

    private static void List(CommandContext context, ArgumentReader arguments, Supervisor supervisor)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(
            new Column("name", "name"), new Column("state", "state"), new Column("generation", "generation", AlignRight: true),
            new Column("process", "process", AlignRight: true), new Column("restarts", "restarts", AlignRight: true),
            new Column("last end", "lastEnd"));
        foreach (ServiceUse use in supervisor.All())
            table.Add(
                use.Name, use.State.ToString().ToLowerInvariant(), (int)use.Generation, (int)use.Process, use.Restarts, use.LastEnd);
        table.Write(context, json, "There are no services; service load starts one.");
    }

    private static void Call(CommandContext context, ArgumentReader arguments, Supervisor supervisor)
    {
        int seconds = arguments.Number("--timeout", 1, 3600) ?? DefaultTimeoutSeconds;
        string name = arguments.Required("NAME");
        Message message = default;
        message.Label = Word(arguments, arguments.Required("LABEL"));
        IReadOnlyList<string> words = arguments.Rest();
        if (words.Count > Message.WordCount)
            throw arguments.Error($"a message has {Message.WordCount} words");
        for (int i = 0; i < words.Count; i++)
            message[i] = Word(arguments, words[i]);
        if (supervisor.Names.TryFind(name, out uint endpoint, out uint generation) != Status.Ok)
            throw NoSuch(name);
        try
        {
            Status status = Ipc.Call(endpoint, ref message, Ipc.After(TimeSpan.FromSeconds(seconds)));
            if (status != Status.Ok)
                throw new CommandException($"service: {name}: {Explain(status, seconds)}", "see service list and dmesg");
            string[] answer = new string[Message.WordCount];
            for (int i = 0; i < answer.Length; i++)
                answer[i] = message[i].ToString(CultureInfo.InvariantCulture);
            context.Output.WriteLine($"generation {generation}: {message.Label} {string.Join(' ', answer)}");
        }
        finally
        {
            _ = HandleNumbers.Close(endpoint);
        }
    }

    private static string Explain(Status status, int seconds) => status switch
    {
        Status.PeerClosed => "it went away during the call",
        Status.TimedOut => $"no answer within {seconds} s",
        _ => $"the call failed: {status}",
    };

    private static ulong Word(ArgumentReader arguments, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong word)
            ? word
            : throw arguments.Error($"'{Printable.Shorten(text)}' is not a whole number");

    private static CommandException NoSuch(string name) =>
        new($"service: there is no service '{Printable.Shorten(name)}' that can be called now", "see service list");
}
