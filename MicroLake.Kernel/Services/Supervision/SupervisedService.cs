using System.Diagnostics;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Files;
using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>
/// One service: its process is started, watched and started again on a thread of its own. Each start has a new endpoint: whoever called the old one
/// learns at once that it is gone, and finds the new one by the name.
/// </summary>
public sealed class SupervisedService : IDisposable
{
    /// <summary>Name of the handle by which a service receives its calls.</summary>
    public const string EndpointName = "service";

    private readonly ElfProgram _program;
    private readonly NameTable _names;
    private readonly Action<string> _log;
    private readonly Thread _watcher;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunningProgram? _running;
    private ServiceState _state = ServiceState.Waiting;
    private uint _generation;
    private string _lastEnd = "";

    /// <param name="log">Takes one line for each event of the service's life, and what it writes.</param>
    internal SupervisedService(ServiceManifest manifest, ElfProgram program, NameTable names, Action<string> log)
    {
        Manifest = manifest;
        _program = program;
        _names = names;
        _log = log;
        _watcher = new Thread(Watch) { Name = manifest.Name, IsBackground = true };
    }

    public ServiceManifest Manifest { get; }

    public ServiceUse Use
    {
        get
        {
            lock (_gate)
                return new ServiceUse(
                    Manifest.Name, _state, _generation, _running?.Process.Id ?? 0, Math.Max(0, (int)_generation - 1), _lastEnd);
        }
    }

    /// <summary>Starts it. Returns when its process has been started for the first time.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    internal void Start()
    {
        _watcher.Start();
        _firstStart.Task.GetAwaiter().GetResult();
    }

    /// <summary>Ends the service for good; its callers learn it at once.</summary>
    public void Dispose()
    {
        _stop.Set();
        lock (_gate)
            _running?.Process.Kill();
        _watcher.Join();
        _names.Remove(Manifest.Name);
    }

    private void Watch()
    {
        var backOff = new BackOff(Manifest);
        while (!_stop.IsSet)
        {
            TimeSpan? wait = backOff.Next(!TryRunOnce(out TimeSpan ran), ran);
            if (_stop.IsSet || _firstStart.Task.IsFaulted)
                break;
            if (wait is not { } time)
            {
                Become(backOff.Failures > Manifest.MaxFailures ? ServiceState.GivenUp : ServiceState.Ended);
                _log($"{Manifest.Name}: {(backOff.Failures > Manifest.MaxFailures ? "given up, it failed too often" : "not started again, by its manifest")}");
                return;
            }

            Become(ServiceState.Waiting);
            _ = _stop.Wait(time);
        }

        Become(ServiceState.Stopped);
    }

    /// <summary>One life of the process. True: it ended well.</summary>
    private bool TryRunOnce(out TimeSpan ran)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using var console = new ProcessConsole(WriteLog, isTerminal: false);
            using RunningProgram running = StartProcess(console);
            running.Process.Wait();
            // The endpoint went with the process: callers know already. New ones wait for the next generation.
            _names.Remove(Manifest.Name);
            console.Dispose();
            ran = Stopwatch.GetElapsedTime(started);
            return Tell(running);
        }
        catch (KernelException error)
        {
            ran = Stopwatch.GetElapsedTime(started);
            _log($"{Manifest.Name}: {error.Message}");
            lock (_gate)
                _lastEnd = error.Message;
            _ = _firstStart.TrySetException(error);
            return false;
        }
        finally
        {
            lock (_gate)
                _running = null;
        }
    }

    private RunningProgram StartProcess(ProcessConsole console)
    {
        KernelException.ThrowUnlessOk(HandleNumbers.CreateEndpoint(out uint endpoint), "an endpoint cannot be made");
        uint calls = 0;
        try
        {
            KernelException.ThrowUnlessOk(
                HandleNumbers.Duplicate(endpoint, out calls, HandleRights.Send | HandleRights.Duplicate | HandleRights.Transfer),
                "a handle cannot be made");
            RunningProgram running = RunningProgram.Start(
                _program, Manifest.Name, [Manifest.Program, .. Manifest.Arguments], Manifest.Limits, console, [(EndpointName, endpoint)],
                Manifest.Files ? ProcessFiles.Tree() : null);
            // Its only handle that may receive is the process's now.
            endpoint = 0;
            uint generation;
            lock (_gate)
            {
                _running = running;
                _state = ServiceState.Running;
                generation = ++_generation;
            }

            _names.Set(Manifest.Name, calls, generation);
            calls = 0;
            _log($"{Manifest.Name}: generation {generation} started, process {running.Process.Id}");
            _ = _firstStart.TrySetResult();
            if (_stop.IsSet)
                running.Process.Kill();
            return running;
        }
        finally
        {
            foreach (uint handle in (ReadOnlySpan<uint>)[endpoint, calls])
                if (handle != 0)
                    _ = HandleNumbers.Close(handle);
        }
    }

    private bool Tell(RunningProgram running)
    {
        ProcessUse use = running.Process.Information();
        string how = use.End switch
        {
            ProcessEnd.Exit => $"ended with status {use.ExitCode}",
            ProcessEnd.Killed => "was killed",
            ProcessEnd.Fault => "was ended by a fault",
            _ => "gave up",
        };
        lock (_gate)
            _lastEnd = how;
        _log($"{Manifest.Name}: {how}");
        foreach (string line in running.DescribeEnd())
            _log($"{Manifest.Name}: {line}");
        return use is { End: ProcessEnd.Exit, ExitCode: 0 };
    }

    private void WriteLog(byte[] buffer, int count)
    {
        foreach (string line in System.Text.Encoding.UTF8.GetString(buffer, 0, count).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _log($"{Manifest.Name}: {line}");
    }

    private void Become(ServiceState state)
    {
        lock (_gate)
            _state = state;
    }
}
