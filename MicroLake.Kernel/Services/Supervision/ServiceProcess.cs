using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Files;
using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>One life of a service: its process, what it writes, and how it is told to serve and to end.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const HandleRights ServiceRights = HandleRights.Send | HandleRights.Receive | HandleRights.Duplicate;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private readonly ProcessGrants _grants;
    private readonly LineAssembler _lines;
    private readonly ProcessConsole _console;
    private readonly Notification _control, _state;
    private readonly RunningProgram _program;

    /// <summary>Starts the process; it serves when it is told to.</summary>
    /// <param name="endpoint">The kernel's handle that may receive: the process gets one, too.</param>
    /// <param name="line">Takes what it writes.</param>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    /// <exception cref="MessageException">The kernel has no more handles.</exception>
    public ServiceProcess(ServiceManifest manifest, ElfProgram program, uint endpoint, ProcessGrants grants, Action<string> line)
    {
        Manifest = manifest;
        _grants = grants;
        _lines = new LineAssembler(line);
        try
        {
            _control = Notification.Create();
            _state = Notification.Create();
            _console = new ProcessConsole((buffer, count) => _lines.Append(buffer.AsSpan(0, count)), isTerminal: false);
            _program = RunningProgram.Start(
                program, manifest.Name, [manifest.Program, .. manifest.Arguments], manifest.Limits, _console,
                [
                    new StartHandle(ServiceStart.Endpoint, endpoint, ServiceRights),
                    new StartHandle(ServiceStart.Control, _control.Value, HandleRights.Wait),
                    new StartHandle(ServiceStart.State, _state.Value, HandleRights.Signal),
                    .. grants.Handles,
                ],
                manifest.Files ? ProcessFiles.Tree() : null, manifest.Tenant);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ServiceManifest Manifest { get; }

    public uint Id => _program.Process.Id;

    /// <summary>The process may take calls.</summary>
    public void Serve() => _control.Signal(ServiceStart.Serve);

    /// <summary>Tells the process to finish what it has taken, and to end.</summary>
    public void End() => _control.Signal(ServiceStart.End);

    public void Kill() => _program.Process.Kill();

    public void Wait() => _program.Process.Wait();

    /// <summary>Waits at most so long for the end. False: it still runs.</summary>
    public bool Wait(TimeSpan timeout) => _program.Process.Wait(timeout);

    /// <summary>Waits until the process says that it could serve. False: it has ended, or the time is over.</summary>
    public bool WaitUntilReady(TimeSpan timeout)
    {
        ulong deadline = Ipc.After(timeout);
        while (Ipc.Now < deadline && !_program.Process.Wait(TimeSpan.Zero))
            if (_state.TryWait(s_look, out ulong bits) && (bits & ServiceStart.Ready) != 0)
                return true;
        return false;
    }

    /// <summary>How it ended, and in further lines why, with all that it wrote told before.</summary>
    public (ProcessUse Use, IReadOnlyList<string> Details) DescribeEnd()
    {
        _console.Dispose();
        _lines.End();
        return (_program.Process.Information(), _program.DescribeEnd());
    }

    /// <summary>Ends the process if it still runs.</summary>
    public void Dispose()
    {
        // After a start that failed not all of them are there.
        _program?.Dispose();
        _console?.Dispose();
        _state?.Dispose();
        _control?.Dispose();
        _grants.Dispose();
    }
}
