using System.Runtime.CompilerServices;
using MicroLake.Bench.Guests;
using MicroLake.Bench.Linux;
using MicroLake.Bench.Report;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Objects;

namespace MicroLake.Bench.Policies;

/// <summary>
/// Programs of <c>tests/Bench/peers/policies.c</c> on the host, verified and compiled by MicroLake, beside the same C by the host's compiler at -O2: in
/// turns, over the same memory. The interpreter is measured, too (<c>mlaas.interpreter.NAME</c>).
/// </summary>
public sealed class PolicyBenchmark : IBenchmark
{
    private const int Rounds = 5;
    private const int Samples = 40;

    public string Name => "mlaas";

    public string Summary => "hooks and modules in the guest; compiled policies on the host, beside the same C at -O2";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        IReadOnlyList<Figure> guest = GuestComparison.Run(context, Name, hasPeer: false);
        // Instructions are counted in the emulator only.
        return context.CountInstructions ? guest : [.. guest, .. OnHost(context)];
    }

    private static IReadOnlyList<Figure> OnHost(BenchContext context)
    {
        string folder = Directory.CreateDirectory(Path.Combine(context.CacheFolder, "host")).FullName;
        string source = Path.Combine(SourceFolder(), "policies.c"), compiled = Path.Combine(folder, "policies.bpf.o");
        HostProgram.Run("clang", ["-O2", "-fno-builtin", "-target", "bpf", "-mcpu=v3", "-c", source, "-o", compiled], folder);
        PolicyObject policies = PolicyObject.Read(File.ReadAllBytes(compiled));
        PolicyMap[] maps = policies.CreateMaps(1, HostFunctions.CurrentProcessor);
        using HostPolicyPeer? peer = context.WithPeers ? new HostPolicyPeer(source, folder) : null;
        HostPolicy[] programs = [.. policies.Programs.Select(p => new HostPolicy(p, maps, peer))];
        List<MeasuredLine> measured = [], beside = [];
        for (int round = 1; round <= Rounds; round++)
        {
            context.Log.WriteLine($"mlaas: host, round {round} of {Rounds}");
            foreach (HostPolicy program in programs)
            {
                measured.AddRange(program.Measure(Samples));
                beside.AddRange(program.MeasurePeer(Samples));
            }
        }

        foreach (HostPolicy program in programs)
            program.Dispose();
        foreach (PolicyMap map in maps)
            map.Dispose();
        return SideBySide.Join(measured, beside);
    }

    private static string SourceFolder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!, "peers");
}
