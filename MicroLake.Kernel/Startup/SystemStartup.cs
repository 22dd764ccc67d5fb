using MicroLake.CosmosSupport;
using MicroLake.Files;
using MicroLake.Platform.Files;

namespace MicroLake.Startup;

/// <summary>What every image does before its kernel object is made.</summary>
public static class SystemStartup
{
    /// <summary>Connects the Cosmos classes to the machine and mounts <c>/boot</c>. The generated entry point calls it.</summary>
    public static void Begin()
    {
        Machine.Install(new KernelMachine());
        if (ModuleMemory.Number(0) is { } archive)
            PlatformFiles.Root.Mount("/boot", new TarFileSystem("boot.tar", archive));
        KernelCalls.LogLeaveConsole();
    }
}
