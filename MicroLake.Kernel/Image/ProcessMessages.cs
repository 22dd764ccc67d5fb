using System.Globalization;
using System.Text;
using MicroLake.Abi;
using MicroLake.Benchmarks.Ipc;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Programs;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// What messages cost a process: a program in ring 3 measures itself (tests/Programs/MessageBench), against a server in another process or in
/// the kernel.
/// </summary>
/// <param name="mode">What the program is to do.</param>
/// <param name="serving">What the program does as the server of another.</param>
internal sealed class ProcessMessages(string name, string summary, string[] mode, ProcessMessages.Server server, string serving = "serve", string unit = "ns")
    : IGuestBenchmark
{
    /// <summary>Who answers the program's calls.</summary>
    public enum Server
    {
        Nobody,
        Kernel,
        Process,
    }

    public static IReadOnlyList<IGuestBenchmark> All() =>
    [
        new ProcessMessages("ipc.null_call", "a kernel call from ring 3 that does nothing", ["null"], Server.Nobody),
        new ProcessMessages("ipc.call_reply.service", "call and reply from ring 3 to a thread of the kernel, 64 bytes", ["call"], Server.Kernel),
        new ProcessMessages("ipc.call_reply.process", "call and reply between two processes, 64 bytes", ["call"], Server.Process),
        .. Shared("4_kib", "4 KiB", 4 << 10), .. Shared("1_mib", "1 MiB", 1 << 20),
    ];

    /// <summary>Data of so many bytes that one process hands another in memory that both have: the time, and what the kernel copied beyond the messages.</summary>
    private static IReadOnlyList<ProcessMessages> Shared(string size, string words, int bytes)
    {
        string count = bytes.ToString(CultureInfo.InvariantCulture);
        return
        [
            new($"ipc.shared_memory.{size}", $"{words} written by one process and read by another", ["share", count], Server.Process, "keep"),
            new($"ipc.shared_memory.{size}.copied", $"bytes that the kernel copies for {words} in shared memory", ["copied", count], Server.Process, "keep", "bytes"),
        ];
    }

    public string Name => name;

    public string Summary => summary;

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        using AnsweringThread? thread = server == Server.Kernel ? new AnsweringThread() : null;
        uint endpoint = thread?.Endpoint ?? 0;
        if (server == Server.Process)
            MessageException.ThrowUnlessOk(HandleNumbers.CreateEndpoint(out endpoint));
        using RunningProgram? answering = server == Server.Process
            ? BenchProgram.Messages.Start([serving], null, new StartHandle(ServiceStart.Endpoint, endpoint, HandleRights.Receive))
            : null;
        try
        {
            double[] samples = Measure(endpoint);
            return [new BenchmarkResult(name, unit, samples[0], samples[samples.Length / 2], samples[^1])];
        }
        finally
        {
            // The server ends when nobody can call it any more.
            if (answering is not null)
            {
                MessageException.ThrowUnlessOk(HandleNumbers.Close(endpoint));
                answering.Process.Wait();
            }
        }
    }

    private double[] Measure(uint endpoint)
    {
        var output = new StringBuilder();
        using var console = new ProcessConsole((bytes, count) => output.Append(Encoding.UTF8.GetString(bytes, 0, count)), isTerminal: false);
        IReadOnlyList<StartHandle> handles = endpoint == 0 ? [] : [new StartHandle("server", endpoint, HandleRights.Send)];
        using RunningProgram measuring = BenchProgram.Messages.Start(mode, console, handles);
        measuring.Process.Wait();
        console.Dispose();
        if (measuring.Process.Information() is not { End: ProcessEnd.Exit, ExitCode: 0 })
            throw new CommandException($"{name}: the program failed: {string.Join("; ", measuring.DescribeEnd())}", "see dmesg");
        double[] samples = Array.ConvertAll(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), l => double.Parse(l, CultureInfo.InvariantCulture));
        Array.Sort(samples);
        return samples;
    }
}
