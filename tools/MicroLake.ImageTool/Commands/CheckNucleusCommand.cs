using System.CommandLine;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Naming;
using MicroLake.ImageTool.Nucleus;

namespace MicroLake.ImageTool.Commands;

/// <summary><c>check-nucleus</c>: fails the build when nucleus code reaches the runtime.</summary>
internal static class CheckNucleusCommand
{
    private const int MostReported = 60;

    public static Command Create()
    {
        Option<FileInfo> obj = new("--object") { Required = true, Description = "The AOT compiler's object file." };
        Option<string[]> prefixes = new("--prefix") { Required = true, Description = "Symbols that begin so are nucleus code; may be repeated." };
        Option<string[]> without = new("--exclude-prefix") { Description = "Symbols that begin so are managed code and are not walked; may be repeated." };
        Option<FileInfo?> file = new("--exclude") { Description = "A file of such prefixes, one a line; '#' begins a comment." };
        Option<Offence[]> allow = new("--allow") { Description = "A class of finding to report without failing; may be repeated." };
        Option<FileInfo?> response = CommonOptions.IlcResponse();
        Command command = new("check-nucleus", "Prove that nucleus code never allocates, throws, initialises statics or enters the runtime.")
        {
            obj, prefixes, without, file, allow, response,
        };
        command.SetAction(parsed =>
        {
            string[] excluded = [.. parsed.GetValue(without) ?? [], .. ReadPrefixes(parsed.GetValue(file))];
            ElfFile elf = ElfFile.Open(parsed.GetRequiredValue(obj).FullName);
            using SymbolNames names = CommonOptions.Names(parsed.GetValue(response), parsed.GetRequiredValue(obj));
            return Check(elf, parsed.GetRequiredValue(prefixes), excluded, parsed.GetValue(allow) ?? [], names, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    internal static int Check(
        ElfFile elf, IReadOnlyCollection<string> prefixes, IReadOnlyCollection<string> excluded, IReadOnlyCollection<Offence> allowed, SymbolNames names, TextWriter output)
    {
        var check = new NucleusCheck(new CallGraph(elf), prefixes, excluded);
        if (check.Roots.Count == 0)
            throw new ElfException($"has no function whose symbol begins with {string.Join(" or ", prefixes)}: the check would prove nothing");

        Violation[] violations = [.. check.Run().OrderBy(v => v.Offence).ThenBy(v => v.Chain[0], StringComparer.Ordinal)];
        Violation[] failing = [.. violations.Where(v => !allowed.Contains(v.Offence))];
        foreach (Violation violation in failing.Take(MostReported))
            output.WriteLine($"check-nucleus : error ML1001: {Message(violation, names)}");
        if (failing.Length > MostReported)
            output.WriteLine($"check-nucleus : error ML1001: and {failing.Length - MostReported} more");
        foreach (IGrouping<Offence, Violation> group in violations.GroupBy(v => v.Offence))
            output.WriteLine($"{group.Key}: {group.Count()} in {group.Select(v => v.Chain[0]).Distinct().Count()} functions{(allowed.Contains(group.Key) ? " (allowed)" : "")}");
        output.WriteLine($"{check.Roots.Count} nucleus functions, {failing.Length} violations");
        return failing.Length == 0 ? 0 : 1;
    }

    private static string Message(Violation violation, SymbolNames names) =>
        $"nucleus code {ForbiddenSymbols.Describe(violation.Offence)}: {string.Join(" -> ", violation.Chain.Select(names.Readable))}";

    private static IEnumerable<string> ReadPrefixes(FileInfo? file) =>
        file is null ? [] : File.ReadLines(file.FullName).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length != 0);
}
