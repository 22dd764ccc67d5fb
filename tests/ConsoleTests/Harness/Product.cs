using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>The product as the tests boot it; built once for all of them.</summary>
public static class Product
{
    private static readonly Lazy<string> s_elf = new(() => ImageProject.Kernel.Build());
    private static readonly Lazy<string> s_bootArchive = new(BootArchive.Make);
    private static readonly Lazy<string> s_iso = new(() => IsoImage.Make(s_elf.Value, s_bootArchive.Value));
    private static readonly Lazy<Accelerator> s_accelerator = new(AcceleratorProbe.Choose);

    public static Machine Machine => new()
    {
        Boot = new BootSource.Kernel(s_elf.Value, s_bootArchive.Value),
        Accelerator = s_accelerator.Value,
    };

    public static Machine FromIso(Firmware firmware) => Machine with { Boot = new BootSource.Iso(s_iso.Value, firmware) };

    /// <summary>Any image by its project folder.</summary>
    public static Machine Of(string project) => Machine with
    {
        Boot = new BootSource.Kernel(ImageProject.At(project).Build(), s_bootArchive.Value),
    };
}
