using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Bench;

/// <summary>What lies under /host while the guest is measured.</summary>
internal static class ProgramArchive
{
    /// <summary>Builds the programs and puts them into an archive in a folder. Returns its path.</summary>
    public static string Make(string folder)
    {
        string messages = ImageProject.At("tests/Programs/MessageBench").Build(), hello = ImageProject.At("samples/HelloProcess").Build();
        Directory.CreateDirectory(folder);
        string archive = Path.Combine(folder, "host.tar");
        using TarArchive tar = new(archive);
        tar.AddFile("message-bench.elf", messages);
        tar.AddFile("hello-process.elf", hello);
        return archive;
    }
}
