using System.Formats.Tar;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.Tool.Modules;

/// <summary>Module files, made and checked by the code that the kernel loads them with.</summary>
internal static class ModulePackage
{
    /// <summary>Ending of the source of a policy, whose manifest has the same name with <see cref="ManifestEnding"/>.</summary>
    public const string PolicyEnding = ".c";

    public const string ManifestEnding = ".json";

    /// <summary>A policy that is not compiled yet, in a folder with the other parts.</summary>
    private const string PolicySource = "policy.c";

    /// <summary>The module made of a folder, or of a policy's source with its manifest beside; what the kernel would refuse is refused here.</summary>
    /// <param name="source">The folder or the source file.</param>
    /// <param name="secretKey">It is signed with this key; null: not at all.</param>
    /// <param name="output">What is done besides is written here, if anywhere.</param>
    /// <exception cref="ModuleException">It is none.</exception>
    public static byte[] Pack(string source, byte[]? secretKey, TextWriter? output = null)
    {
        Dictionary<string, byte[]> parts = Path.GetExtension(source) == PolicyEnding ? PartsOfPolicy(source) : PartsOfFolder(source);
        if (parts.ContainsKey(ModulePart.Manifest))
        {
            parts[ModulePart.Manifest] = UsedFeatures.Grant(parts, out IReadOnlyList<string>? used);
            if (used is not null)
                output?.WriteLine($"the manifest does not say which features the policy may see, so it is granted those that it uses: {(used.Count == 0 ? "none" : string.Join(", ", used))}");
        }

        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        List<ModuleKey> keys = [];
        if (secretKey is not null)
        {
            parts[ModulePart.Signature] = SodiumSigning.Sign(parts[ModulePart.Digests], secretKey);
            keys.Add(new("own", SodiumSigning.PublicKeyOf(secretKey)));
        }

        byte[] module = Write(parts);
        Check(module, keys, prove: false, TextWriter.Null);
        return module;
    }

    /// <summary>Verifies a module and writes what it is.</summary>
    /// <exception cref="ModuleException">It would not be loaded.</exception>
    public static void Check(byte[] file, IReadOnlyList<ModuleKey> keys, bool prove, TextWriter output)
    {
        ModuleFile module = ModuleFile.Read(file, keys);
        ModuleManifest manifest = module.Manifest;
        if (prove && (module.IsService || module.Part(ModulePart.Policy) is not null))
            throw new ModuleException($"only decisions that a network makes by itself can be proven to be in range, and {manifest.Name} is a {(module.IsService ? "service" : "policy")}; leave --prove out");
        output.WriteLine($"{manifest.Name} {manifest.Version}{(module.IsService ? ", a service" : $" for {manifest.Hook}")}: {(module.Signer is { } signer ? $"signed by {signer}" : "not signed, so it loads only with --allow-unsigned")}");
        foreach (string name in ModulePart.Content)
            if (module.Part(name) is { } part)
                output.WriteLine($"  {name}: {part.Length} bytes, sha256 {Convert.ToHexStringLower(Sodium.Sha256(part))}");
        if (module.IsService)
        {
            CheckService(module, output);
            return;
        }

        using ModuleDecision loaded = ModuleDecision.Load(module, PolicyEnvironment.ForChecking);
        if (loaded.Policy is { } policy)
        {
            output.WriteLine($"  policy: {policy.Program.Program.Name} is proven to do no harm and to take {policy.Program.LongestRun} instructions at most; {policy.Maps.Count} maps");
            output.WriteLine($"  sees: {policy.Sees}");
            output.WriteLine($"  may call: {policy.MayCall}");
        }

        if (loaded.Model is not { } decision)
            return;
        output.WriteLine($"  model: {decision.Manifest.Inputs.Count} inputs, {(decision.GoldenRows > 0 ? $"{decision.GoldenRows} golden vectors match" : "no golden vectors")}, float32 {decision.FloatNanoseconds:0} ns"
            + (decision.Program is { } whole ? $", {whole.Way} {whole.Nanoseconds:0} ns with an error of {whole.Error:0.#####} of the range" : ""));
        foreach (string warning in decision.Warnings)
            output.WriteLine($"  warning: {warning}");
        if (prove)
        {
            ProvenRange range = OutputProof.Prove(decision);
            output.WriteLine($"  proven: every decision is from {range.Least} to {range.Most} {manifest.Output.Unit}, computed as {string.Join(" or ", range.Ways)}");
        }
    }

    private static void CheckService(ModuleFile module, TextWriter output)
    {
        try
        {
            PackedService service = PackedService.Read(module.Manifest.Name, ModulePart.Service, module.Part(ModulePart.ServiceManifest), module.Part(ModulePart.Service));
            ServiceManifest may = service.Manifest;
            output.WriteLine($"  service: {may.MemoryMiB} MiB of memory, {may.Threads} threads, {may.Handles} handles, priority {may.Priority} at most");
        }
        catch (Exception error) when (error is ManifestException or ElfFormatException)
        {
            throw new ModuleException($"{module.Manifest.Name}: {error.Message}", error);
        }
    }

    private static Dictionary<string, byte[]> PartsOfFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ToolException($"there is no folder {folder}");
        var parts = new Dictionary<string, byte[]>();
        foreach (string name in ModulePart.Content)
            if (Path.Combine(folder, name) is var path && File.Exists(path))
                parts[name] = File.ReadAllBytes(path);
        if (Path.Combine(folder, PolicySource) is var source && File.Exists(source))
            parts[ModulePart.Policy] = PolicyCompiler.Compile(source);
        return parts;
    }

    private static Dictionary<string, byte[]> PartsOfPolicy(string source)
    {
        string manifest = Path.ChangeExtension(source, ManifestEnding);
        foreach (string file in (string[])[source, manifest])
            if (!File.Exists(file))
                throw new ToolException($"there is no file {file}");
        return new() { [ModulePart.Manifest] = File.ReadAllBytes(manifest), [ModulePart.Policy] = PolicyCompiler.Compile(source) };
    }

    private static byte[] Write(Dictionary<string, byte[]> parts)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, TarEntryFormat.Ustar, leaveOpen: true))
            foreach (string name in (string[])[.. ModulePart.Content, ModulePart.Digests, ModulePart.Signature])
                if (parts.TryGetValue(name, out byte[]? content))
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        // The same parts make the same file.
                        ModificationTime = DateTimeOffset.UnixEpoch,
                        DataStream = new MemoryStream(content),
                    });
        return memory.ToArray();
    }
}
