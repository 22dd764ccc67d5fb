using System.Text;
using MicroLake.Abi;
using MicroLake.GuestTests.Guest.Ipc;
using MicroLake.Sdk;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.GuestTests.Guest.Services;

/// <summary>A supervisor with services of the program tests/Programs/EchoService, and what they and it log.</summary>
internal sealed class EchoServices : IDisposable
{
    public const ulong Count = 4;

    private const string Path = "/host/echo.elf";
    private static readonly Lazy<ElfProgram> s_program = new(() => ElfProgram.Read(File.ReadAllBytes(Path)));

    private readonly List<string> _log = [];

    public EchoServices() => Supervisor = new Supervisor(Keep);

    /// <summary>One that keeps no log, for what would fill memory with it.</summary>
    public EchoServices(Action<string> log) => Supervisor = new Supervisor(log);

    public Supervisor Supervisor { get; }

    public static ElfProgram Program => s_program.Value;

    /// <summary>All that was logged so far, a line each.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <param name="fields">Fields beside name and program, each with a comma before it.</param>
    public static ServiceManifest Manifest(string name, string fields = "") =>
        ServiceManifest.Read(Encoding.UTF8.GetBytes($$"""{ "name": "{{name}}", "program": "echo.elf", "memory_mib": 32, "back_off_ms": 1 {{fields}} }"""));

    public SupervisedService Start(string name, string fields = "") => Supervisor.Start(Manifest(name, fields), Program);

    public SupervisedService Replace(string name, string fields = "") => Supervisor.Replace(name, Manifest(name, fields), Program);

    /// <summary>A channel to the present generation of a service, which runs.</summary>
    public Channel Open(string name)
    {
        Kernel.Succeeds(Supervisor.Names.TryFind(name, out uint endpoint, out _));
        return new Channel(endpoint);
    }

    /// <summary>A call with one word; what the answer has in its first.</summary>
    public static (Status Status, ulong Label, ulong Word) Call(Channel channel, ulong label, ulong word = 0)
    {
        Message message = default;
        message.Label = label;
        message[0] = word;
        Status status = channel.Call(ref message);
        return (status, message.Label, message[0]);
    }

    /// <summary>Waits until the service, which nobody has called before, has taken a call of another thread beside those of this one.</summary>
    public static void WaitForAnothersCall(Channel channel)
    {
        for (ulong own = 1; Call(channel, Count).Word == own; own++)
            Thread.Sleep(1);
    }

    /// <summary>Up to 8 letters as a word.</summary>
    public static ulong Word(string name)
    {
        Message message = default;
        Encoding.ASCII.GetBytes(name, message.Bytes);
        return message[0];
    }

    public void Dispose() => Supervisor.Dispose();

    private void Keep(string line)
    {
        lock (_log)
            _log.Add(line);
    }
}
