using System.CommandLine;
using MicroLake.MLaaS.Packages;
using MicroLake.Tool.Host;
using MicroLake.Tool.Modules;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>module pack</c>, <c>module check</c> and <c>module keygen</c>: modules are made and tried on the host, by the code that the kernel loads them with.</summary>
internal static class ModulePacking
{
    /// <summary>Where the keys are that the kernel of this checkout knows.</summary>
    private static readonly string[] s_keys = [Repository.PathOf("iso/boot/keys"), ShippedModules.Folder];

    public static Command CreatePack()
    {
        Argument<string> source = new("DIR|POLICY.c")
        {
            Description = $"Folder with manifest.json and any of {string.Join(", ", ModulePart.Content[1..])}; or a policy in C, with its manifest beside as POLICY.json",
        };
        Option<string> output = new("-o", "--output") { Description = "The module's file", HelpName = "FILE.mlm", Required = true };
        Option<string?> key = new("--key") { Description = "Sign it with this secret key, of module keygen", HelpName = "FILE.key" };
        Command command = new("pack", "Make a module of the files in a folder, or of a policy in C, and check it") { source, output, key };
        command.SetAction(parsed =>
        {
            PackageInstaller.Ensure(DebianPackage.ForModules);
            byte[] module = Naming(() => ModulePackage.Pack(parsed.GetRequiredValue(source), parsed.GetValue(key) is { } file ? SecretKey.Read(file) : null, Console.Out));
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
        Option<string[]> keys = new("--keys") { Description = "Folders with public keys; unless given, those that the kernel knows: iso/boot/keys, and that of the modules that ship", HelpName = "DIR" };
        Command command = new("check", "Verify a module as the kernel does when it loads it") { file, prove, keys };
        command.SetAction(parsed =>
        {
            PackageInstaller.Ensure(DebianPackage.ForModules);
            string[] folders = parsed.GetValue(keys) is { Length: > 0 } given ? given : s_keys;
            Naming(() =>
            {
                ModulePackage.Check(ReadFile(parsed.GetRequiredValue(file)), [.. folders.SelectMany(ModuleKey.ReadAll)], parsed.GetValue(prove), Console.Out);
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
            SecretKey.Make(path);
            Console.WriteLine($"{path}{SecretKey.FileEnding} (keep it to yourself), {path}{ModuleKey.FileEnding} (put it into iso/boot/keys)");
            return ExitCode.Success;
        });
        return command;
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
