using MicroLake.Abi;
using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.Hosting;
using MicroLake.Platform.Files;
using MicroLake.Sdk;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.Services.Files;

/// <summary>
/// <c>/tmp</c> served by a supervised service, which is started when somebody first uses it. While the service is away every operation is EIO at once;
/// the next generation begins with an empty directory.
/// </summary>
public sealed class TemporaryFiles
{
    /// <summary>Where the boot archive has the service.</summary>
    public const string ManifestPath = "/boot/services/tmp.json";

    /// <summary>Bytes; on a smaller machine the service's program and runtime would take half of what is free.</summary>
    private const long SmallestMachine = 44 << 20;

    private const uint TmpfsMagic = 0x01021994;
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(30);

    private readonly Supervisor _supervisor;
    private readonly ServiceManifest _manifest;
    private readonly string _program;
    private readonly Action<string> _log;
    private readonly Lock _gate = new();
    private volatile FileConnection? _connection;
    private uint _generation;

    private TemporaryFiles(Supervisor supervisor, ServiceManifest manifest, string program, Action<string> log)
    {
        _supervisor = supervisor;
        _manifest = manifest;
        _program = program;
        _log = log;
    }

    /// <summary>
    /// Mounts the service in the place of the kernel's own <c>/tmp</c>. False: the boot archive has none, or none that is usable, and everything stays
    /// as it is.
    /// </summary>
    public static bool TryMount(Supervisor supervisor, Action<string> log)
    {
        if (!File.Exists(ManifestPath))
            return false;
        if (Inspection.Memory().Total < SmallestMachine)
        {
            log($"/tmp stays in the kernel: the machine has less than {SmallestMachine >> 20} MiB");
            return false;
        }

        try
        {
            ServiceManifest manifest = ServiceManifest.Read(File.ReadAllBytes(ManifestPath));
            string program = Path.Combine(Path.GetDirectoryName(ManifestPath)!, manifest.Program);
            if (!File.Exists(program))
                return false;
            var files = new TemporaryFiles(supervisor, manifest, program, log);
            PlatformFiles.Root.Replace("/tmp", new RemoteFileSystem(files.Connect, "/", "tmpfs", TmpfsMagic, isReadOnly: false));
            return true;
        }
        catch (ManifestException error)
        {
            log($"/tmp stays in the kernel: {ManifestPath}: {error.Message}");
            return false;
        }
    }

    /// <summary>The connection to the present generation, or null while there is none.</summary>
    private FileConnection? Connect()
    {
        if (_connection is { IsLost: false } present)
            return present;
        lock (_gate)
        {
            if (_connection is { IsLost: false } found)
                return found;
            _connection?.Dispose();
            _connection = null;
            if (_generation == 0 && !TryStart())
                return null;
            if (_supervisor.Names.TryFind(_manifest.Name, out uint endpoint, out uint generation) != Status.Ok)
                return null;
            using var service = new Channel(endpoint) { CallTimeout = s_callTimeout };
            try
            {
                _connection = FileConnection.Open(service, s_callTimeout);
            }
            catch (Exception error) when (error is MessageException or ContractException)
            {
                return null;
            }

            if (_generation != 0 && generation != _generation)
                _log("/tmp is empty: its service was started again");
            _generation = generation;
            return _connection;
        }
    }

    /// <summary>Starts the service. False: it cannot be, and from now on the kernel keeps /tmp itself.</summary>
    private bool TryStart()
    {
        try
        {
            _ = _supervisor.Start(_manifest, ElfProgram.Read(File.ReadAllBytes(_program)));
            return true;
        }
        catch (ManifestException)
        {
            // Somebody has loaded it by hand.
            return true;
        }
        catch (Exception error) when (error is KernelException or ElfFormatException)
        {
            _log($"/tmp stays in the kernel: {_program}: {error.Message}");
            PlatformFiles.Root.Replace("/tmp", PlatformFiles.CreateTemporary());
            return false;
        }
    }
}
