using System.CommandLine;
using System.Formats.Tar;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>module pack</c>, <c>module check</c> and <c>module keygen</c>: modules are made and tried on the host, by the code that the kernel loads them with.</summary>
internal static class ModulePacking
{
    private const string KeyEnding = ".key";

    private static readonly string s_keys = Repository.PathOf("iso/boot/keys");

    public static Command CreatePack()
    {
        Argument<string> folder = new("DIR") { Description = $"Folder with manifest.json and any of {string.Join(", ", ModulePart.Content[1..])}" };
        Option<string> output = new("-o", "--output") { Description = "The module's file", HelpName = "FILE.mlm", Required = true };
        Option<string?> key = new("--key") { Description = "Sign it with this secret key, of module keygen", HelpName = "FILE.key" };
        Command command = new("pack", "Make a module of the files in a folder, and check it") { folder, output, key };
        command.SetAction(parsed =>
        {
            PackageInstaller.Ensure(DebianPackage.ForModules);
            byte[] module = Naming(() => Pack(parsed.GetRequiredValue(folder), parsed.GetValue(key)));
            string path = parsed.GetRequiredValue(output);
            File.WriteAllBytes(path, module);
            Console.WriteLine($"{path}: {module.Length} bytes{(parsed.GetValue(key) is null ? ", not signed" : "")}");
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateCheck()
    {
        Argument<string> file = new("FILE.mlm") { Description = "The module" };
        Option<bool> prove = new("--prove") { Description = "Refuse a network that is not proven to decide within the range of its output" };
        Option<string[]> keys = new("--keys") { Description = "Folders with public keys; iso/boot/keys unless given", HelpName = "DIR" };
        Command command = new("check", "Verify a module as the kernel does when it loads it") { file, prove, keys };
        command.SetAction(parsed =>
        {
            PackageInstaller.Ensure(DebianPackage.ForModules);
            string[] folders = parsed.GetValue(keys) is { Length: > 0 } given ? given : [s_keys];
            Naming(() =>
            {
                Check(ReadFile(parsed.GetRequiredValue(file)), [.. folders.SelectMany(ModuleKey.ReadAll)], parsed.GetValue(prove), Console.Out);
                return 0;
            });
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateKeygen()
    {
        Argument<string> name = new("NAME") { Description = "Whose key it is: NAME.key is secret, NAME.pub goes to iso/boot/keys" };
        Command command = new("keygen", "Make a pair of keys to sign modules with (Ed25519)") { name };
        command.SetAction(parsed =>
        {
            PackageInstaller.Ensure(DebianPackage.ForModules);
            string path = parsed.GetRequiredValue(name);
            if (File.Exists(path + KeyEnding))
                throw new ToolException($"{path}{KeyEnding} is there already; give another name, or remove it");
            (byte[] publicKey, byte[] secretKey) = SodiumSigning.MakeKeys();
            File.WriteAllText(path + ModuleKey.FileEnding, Convert.ToHexStringLower(publicKey) + "\n");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(path + KeyEnding, options))
                writer.Write(Convert.ToHexStringLower(secretKey) + "\n");
            Console.WriteLine($"{path}{KeyEnding} (keep it to yourself), {path}{ModuleKey.FileEnding} (put it into iso/boot/keys)");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The module made of a folder; what the kernel would refuse is refused here.</summary>
    /// <exception cref="ModuleException">It is none.</exception>
    internal static byte[] Pack(string folder, string? keyFile)
    {
        if (!Directory.Exists(folder))
            throw new ToolException($"there is no folder {folder}");
        var parts = new Dictionary<string, byte[]>();
        foreach (string name in ModulePart.Content)
            if (Path.Combine(folder, name) is var path && File.Exists(path))
                parts[name] = File.ReadAllBytes(path);
        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        List<ModuleKey> keys = [];
        if (keyFile is not null)
        {
            byte[] secretKey = ReadSecretKey(keyFile);
            parts[ModulePart.Signature] = SodiumSigning.Sign(parts[ModulePart.Digests], secretKey);
            keys.Add(new("own", secretKey[^Sodium.PublicKeyBytes..]));
        }

        byte[] module = Write(parts);
        Check(module, keys, prove: false, TextWriter.Null);
        return module;
    }

    /// <summary>Verifies a module and writes what it is.</summary>
    /// <exception cref="ModuleException">It would not be loaded.</exception>
    internal static void Check(byte[] file, IReadOnlyList<ModuleKey> keys, bool prove, TextWriter output)
    {
        ModuleFile module = ModuleFile.Read(file, keys);
        ModuleManifest manifest = module.Manifest;
        output.WriteLine($"{manifest.Name} {manifest.Version} for {manifest.Hook}: {(module.Signer is { } signer ? $"signed by {signer}" : "not signed, so it loads only with --allow-unsigned")}");
        foreach (string name in ModulePart.Content)
            if (module.Part(name) is { } part)
                output.WriteLine($"  {name}: {part.Length} bytes, sha256 {Convert.ToHexStringLower(Sodium.Sha256(part))}");
        if (module.Part(ModulePart.Model) is null)
            return;
        DecisionModel decision = DecisionModel.Load(module);
        output.WriteLine($"  model: {decision.Manifest.Inputs.Count} inputs, {decision.GoldenRows} golden vectors match, float32 {decision.FloatNanoseconds:0} ns"
            + (decision.Fixed is { } whole ? $", {whole.Way} {whole.Nanoseconds:0} ns with an error of {whole.Error:0.#####} of the range" : ""));
        foreach (string warning in decision.Warnings)
            output.WriteLine($"  warning: {warning}");
        if (prove)
        {
            (long least, long most) = OutputProof.Prove(decision);
            output.WriteLine($"  proven: every decision is from {least} to {most} {manifest.Output.Unit}");
        }
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

    private static byte[] ReadSecretKey(string file)
    {
        try
        {
            byte[] key = Convert.FromHexString(File.ReadAllText(file).Trim());
            if (key.Length == SodiumSigning.SecretKeyBytes)
                return key;
        }
        catch (Exception error) when (error is FormatException or IOException)
        {
            throw new ToolException($"{file} cannot be read as a secret key: {error.Message}");
        }

        throw new ToolException($"{file} is no secret key of {2 * SodiumSigning.SecretKeyBytes} hexadecimal digits; make one with module keygen");
    }

    private static byte[] ReadFile(string path) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw new ToolException($"there is no file {path}");

    private static T Naming<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ModuleException error)
        {
            throw new ToolException(error.Message);
        }
    }
}
