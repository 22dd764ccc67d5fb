using MicroLake.CosmosSupport;
using MicroLake.Files;
using MicroLake.Platform.Files;

namespace MicroLake.Hosting;

/// <summary>What every image does before its kernel object is made: machine, console, boot files, and that memory of the heap can be given back.</summary>
public static class KernelStartup
{
    /// <summary>The machine that the image runs on.</summary>
    public static HardwareMachine Machine { get; } = new();

    /// <summary>The script that the machine's starter wants run instead of a conversation, or null.</summary>
    public static string? Script { get; private set; }

    /// <summary>The word that goes with every message to the machine's starter (option <c>token</c>), or null.</summary>
    public static string? Token => BootData.Option("token");

    /// <summary>Called by the generated entry point.</summary>
    public static void Run()
    {
        CosmosSupport.Machine.Install(Machine);
        ReadOnlyMemory<byte> script = BootData.File("exec");
        if (!script.IsEmpty)
        {
            Script = System.Text.Encoding.UTF8.GetString(script.Span);
            ConsoleMode.Raw = true;
        }

        HeapTrimmer.Start();
        KernelCall.LogLeaveConsole();
        MountArchive("/boot", "boot.tar", BootData.Archive());
        MountArchive("/host", "host.tar", BootData.File("host.tar"));
    }

    /// <summary>A damaged archive is left out, with its reason in the log and on the console: the shell lives without it.</summary>
    private static void MountArchive(string path, string name, ReadOnlyMemory<byte> archive)
    {
        if (archive.IsEmpty)
            return;
        try
        {
            PlatformFiles.Root.Mount(path, new TarFileSystem(name, archive));
        }
        catch (TarFormatException error)
        {
            string message = $"error: {path} is not there: {error.Message}";
            Machine.Log(message);
            Console.Error.WriteLine(message);
        }
    }
}
