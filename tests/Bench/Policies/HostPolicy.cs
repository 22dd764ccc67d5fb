using System.Diagnostics;
using System.Runtime.InteropServices;
using MicroLake.Bench.Report;
using MicroLake.Policies;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Objects;
using MicroLake.Policies.Verification;

namespace MicroLake.Bench.Policies;

/// <summary>One program, in each way of running it.</summary>
internal sealed unsafe class HostPolicy : IDisposable
{
    private const int MemoryBytes = 4096;
    private const int RunsPerSample = 20;

    private readonly string _name;
    private readonly CompiledProgram _compiled;
    private readonly CheckedMemory _allowed;
    private readonly Interpreter _interpreter;
    private readonly delegate* unmanaged<void*, ulong> _peer;
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(MemoryBytes, 64);

    /// <exception cref="BenchException">It is refused, or results differ.</exception>
    public HostPolicy(ObjectProgram program, PolicyMap[] maps, HostPolicyPeer? peer)
    {
        _name = program.Name;
        var type = new ProgramType { Name = program.Section, PlainMemoryBytes = MemoryBytes };
        try
        {
            VerifiedProgram verified = VerifiedProgram.Verify(PolicyProgram.Link(_name, program.Code, maps, HelperTable.Empty), type);
            _compiled = new CompiledProgram(verified, PageCodeMemory.Instance);
        }
        catch (PolicyException e)
        {
            throw new BenchException($"program '{_name}' is refused: {e.Message}");
        }

        _allowed = new CheckedMemory(new MemoryRegion((ulong)_memory, MemoryBytes, isWritable: true));
        _interpreter = new Interpreter(_compiled.Verified.Program, _allowed);
        _peer = peer is null ? null : (delegate* unmanaged<void*, ulong>)peer.Find(_name);
        Compare();
    }

    /// <summary>Microseconds of a run, compiled and interpreted.</summary>
    public IEnumerable<MeasuredLine> Measure(int samples) =>
    [
        new($"mlaas.jit.{_name}", "us", Sample(samples, RunsPerSample, () => _compiled.Entry(_memory)), ""),
        new($"mlaas.interpreter.{_name}", "us", Sample(samples / 4, 1, Interpret), ""),
    ];

    /// <summary>The same of the host's own code; nothing without a peer.</summary>
    public IEnumerable<MeasuredLine> MeasurePeer(int samples) =>
        _peer == null ? [] : [new($"mlaas.jit.{_name}", "us", Sample(samples, RunsPerSample, () => _peer(_memory)), "cc-O2")];

    public void Dispose()
    {
        _compiled.Dispose();
        _allowed.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private ulong Interpret() => _interpreter.Run((ulong)_memory, MemoryBytes, _compiled.Verified.LongestRun);

    private static Spread Sample(int samples, int runs, Func<ulong> run)
    {
        double[] taken = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int r = 0; r < runs; r++)
                run();
            taken[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / runs;
        }

        return Spread.Of(taken);
    }

    /// <summary>What is measured must be the same in every way of running it.</summary>
    private void Compare()
    {
        ulong compiled = From(() => _compiled.Entry(_memory)), interpreted = From(Interpret), peer = _peer == null ? compiled : From(() => _peer(_memory));
        if (compiled != interpreted || compiled != peer)
            throw new BenchException($"program '{_name}' returns {compiled} compiled, {interpreted} interpreted and {peer} by the host's compiler");
    }

    private ulong From(Func<ulong> run)
    {
        new Random(1).NextBytes(new Span<byte>(_memory, MemoryBytes));
        return run();
    }
}
