using System.Diagnostics;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>
/// One service: its process is started, watched and started again on a thread of its own. Each start has a new endpoint: whoever called the old one
/// learns at once that it is gone, and finds the new one by the name. A replacement (<see cref="Replace"/>) takes the endpoint over, with everybody
/// who calls it.
/// </summary>
public sealed class SupervisedService : IDisposable
{
    /// <summary>How long a new program may take until it is ready.</summary>
    private static readonly TimeSpan s_readyTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a program that was told to end may work on the calls that it has taken.</summary>
    private static readonly TimeSpan s_endTime = TimeSpan.FromSeconds(5);

    private readonly Supervisor _supervisor;
    private readonly Action<string> _log;
    private readonly Thread _watcher;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new(), _replacing = new();
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;

    // Behind the gate.
    private ServiceManifest _manifest;
    private ElfProgram _program;
    private ServiceProcess? _running;
    private Replacement? _next;
    private uint _endpoint;
    private ServiceState _state = ServiceState.Waiting;
    private uint _generation;
    private int _restarts = -1;
    private string _lastEnd = "";

    /// <summary>Begins to start it; see <see cref="WaitForStart"/>.</summary>
    /// <param name="log">Takes one line for each event of the service's life, and what it writes.</param>
    internal SupervisedService(Supervisor supervisor, ServiceManifest manifest, ElfProgram program, Action<string> log)
    {
        _supervisor = supervisor;
        _name = manifest.Name;
        _manifest = manifest;
        _program = program;
        _log = line => log($"{_name}: {line}");
        _watcher = new Thread(Watch) { Name = _name, IsBackground = true };
        _watcher.Start();
    }

    public ServiceUse Use
    {
        get
        {
            lock (_gate)
                return new ServiceUse(_name, _state, _generation, _running?.Id ?? 0, Math.Max(0, _restarts), _lastEnd);
        }
    }

    /// <summary>Returns when its process has been started for the first time.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    /// <exception cref="ManifestException">What it is to be granted is not there, or it was stopped meanwhile.</exception>
    internal void WaitForStart() => _firstStart.Task.GetAwaiter().GetResult();

    /// <summary>
    /// Puts another program in the place of the one that runs. It is started beside it; when it is ready, the old one is told to end, and the new one
    /// takes the calls that are made from then on, and those that wait. The endpoint stays: no client notices. An old program that does not end in time
    /// is ended, with an error to whoever it was to answer. When the new program is not ready in time, the old one goes on.
    /// </summary>
    /// <exception cref="ManifestException">The service does not run now or keeps what cannot move, or the new program is never ready.</exception>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    internal void Replace(ServiceManifest manifest, ElfProgram program)
    {
        lock (_replacing)
        {
            Replacement next = Prepare(manifest, program, out ServiceProcess old);
            old.End();
            if (!old.Wait(s_endTime))
            {
                _log($"process {old.Id} does not end and is killed");
                old.Kill();
            }

            next.Wait();
        }
    }

    /// <summary>Ends the service for good: it may finish the calls that it has taken, all others are told that it is gone.</summary>
    public void Dispose()
    {
        _stop.Set();
        lock (_gate)
            _running?.End();
        if (_watcher.Join(s_endTime))
            return;
        lock (_gate)
            _running?.Kill();
        _watcher.Join();
    }

    private Replacement Prepare(ServiceManifest manifest, ElfProgram program, out ServiceProcess old)
    {
        uint endpoint;
        lock (_gate)
        {
            endpoint = _endpoint;
            old = _running ?? throw new ManifestException($"\"{_name}\" does not run now, so there is nothing to replace; stop and load it");
            if (_manifest.KeepsState)
                throw new ManifestException($"\"{_name}\" keeps what it has in its own memory (keeps_state), which a replacement would lose; stop it and load the new one");
        }

        var process = new ServiceProcess(manifest, program, endpoint, _supervisor.Grant(manifest), _log);
        try
        {
            if (!process.WaitUntilReady(s_readyTime))
                throw new ManifestException(process.Wait(TimeSpan.Zero)
                    ? $"the new program {process.DescribeEnd().Use.HowItEnded} before it was ready; the old one goes on"
                    : $"the new program was not ready within {s_readyTime.TotalSeconds} s (a service says so by ServiceProgram.Serve); the old one goes on");
            var next = new Replacement(process, program);
            lock (_gate)
                _next = _running == old && !_stop.IsSet ? next : throw new ManifestException($"\"{_name}\" ended meanwhile; see service list");
            return next;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private void Watch()
    {
        var backOff = new BackOff(_manifest);
        while (!_stop.IsSet)
        {
            bool failed = !TryRunOnce(ref backOff, out TimeSpan ran);
            TimeSpan? wait = backOff.Next(failed, ran);
            if (_stop.IsSet || _firstStart.Task.IsFaulted)
                break;
            if (wait is not { } time)
            {
                bool isHopeless = backOff.Failures > _manifest.MaxFailures;
                Become(isHopeless ? ServiceState.GivenUp : ServiceState.Ended);
                _log(isHopeless ? "given up, it failed too often" : "not started again, by its manifest");
                return;
            }

            Become(ServiceState.Waiting);
            _ = _stop.Wait(time);
        }

        Become(ServiceState.Stopped);
        _ = _firstStart.TrySetException(new ManifestException("the service was stopped before it had started"));
    }

    /// <summary>The life of an endpoint: one process, and those that replace it. True: the last one ended well.</summary>
    private bool TryRunOnce(ref BackOff backOff, out TimeSpan ran)
    {
        long started = Stopwatch.GetTimestamp();
        ServiceProcess? process = null;
        try
        {
            using var endpoint = Endpoint.Create();
            process = new ServiceProcess(_manifest, _program, endpoint.Value, _supervisor.Grant(_manifest), _log);
            Enter(process, endpoint);
            _ = _firstStart.TrySetResult();
            while (true)
            {
                process.Wait();
                Replacement? next = Leave(endpoint);
                // Clients before everything else: either they are served again now, or they learn that nobody does.
                if (next is not null)
                    Enter(next.Process, endpoint);
                else
                    endpoint.Dispose();
                bool well = Tell(process);
                process.Dispose();
                ran = Stopwatch.GetElapsedTime(started);
                if (next is null)
                    return well;
                next.Succeed();
                process = next.Process;
                started = Stopwatch.GetTimestamp();
                backOff = new BackOff(_manifest);
            }
        }
        catch (Exception error)
        {
            // Whatever keeps one service from starting must not end the others, and the system with them.
            ran = Stopwatch.GetElapsedTime(started);
            _log(error.Message);
            lock (_gate)
                (_lastEnd, _running) = (error.Message, null);
            process?.Dispose();
            _ = _firstStart.TrySetException(error is MessageException refused ? new KernelException(refused.Status, refused.Message) : error);
            return false;
        }
    }

    /// <summary>A process serves from now on.</summary>
    private void Enter(ServiceProcess process, Endpoint endpoint)
    {
        using Channel calls = endpoint.CreateChannel();
        uint generation = _supervisor.Names.Publish(_name, calls.Detach());
        lock (_gate)
        {
            _running = process;
            _endpoint = endpoint.Value;
            _state = ServiceState.Running;
            _generation = generation;
            _restarts++;
        }

        process.Serve();
        _log($"generation {generation} started, process {process.Id}");
        if (_stop.IsSet)
            process.End();
    }

    /// <summary>The process has ended. What takes its place, or null.</summary>
    private Replacement? Leave(Endpoint endpoint)
    {
        Replacement? next;
        lock (_gate)
        {
            next = _next;
            _next = null;
            _running = null;
            if (next is not null && !_stop.IsSet)
            {
                (_manifest, _program) = (next.Process.Manifest, next.Program);
                return next;
            }
        }

        _supervisor.Names.Withdraw(_name, _generation);
        next?.Process.Dispose();
        next?.Fail();
        return null;
    }

    private bool Tell(ServiceProcess process)
    {
        (ProcessUse use, IReadOnlyList<string> details) = process.DescribeEnd();
        lock (_gate)
            _lastEnd = use.HowItEnded;
        _log(use.HowItEnded);
        foreach (string line in details)
            _log(line);
        return use.EndedWell;
    }

    private void Become(ServiceState state)
    {
        lock (_gate)
            _state = state;
    }
}
