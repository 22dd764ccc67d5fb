using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>A service with its program, as a module brings it.</summary>
public sealed class PackedService
{
    private PackedService(ServiceManifest manifest, ElfProgram program)
    {
        Manifest = manifest;
        Program = program;
    }

    public ServiceManifest Manifest { get; }

    public ElfProgram Program { get; }

    /// <summary>Checks both, and that they belong together.</summary>
    /// <param name="name">What the service must be called.</param>
    /// <param name="part">What the manifest must call its program.</param>
    /// <param name="manifest">The service's manifest.</param>
    /// <param name="program">An ELF file.</param>
    /// <exception cref="ManifestException">The manifest cannot be used, or is another service's.</exception>
    /// <exception cref="ElfFormatException">The program cannot be loaded.</exception>
    public static PackedService Read(string name, string part, ReadOnlySpan<byte> manifest, ReadOnlyMemory<byte> program)
    {
        ServiceManifest service = ServiceManifest.Read(manifest);
        if (service.Name != name)
            throw new ManifestException($"the service is called \"{service.Name}\", and its module \"{name}\"; give both the same name");
        return service.Program == part
            ? new PackedService(service, ElfProgram.Read(program))
            : throw new ManifestException($"the service's \"program\" is \"{service.Program}\"; in a module it is \"{part}\"");
    }
}
