using System.Diagnostics;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Nucleus;
using Xunit;

namespace MicroLake.HostTests.ImageTool;

/// <summary>The check against what the AOT compiler really emits: a project with clean and with planted code.</summary>
public sealed class PlantedNucleusTests(PlantedNucleusTests.Compiled compiled) : IClassFixture<PlantedNucleusTests.Compiled>
{
    private const string Prefix = "PlantedNucleus_PlantedNucleus_";

    [Fact]
    public void Clean_code_passes() => Assert.Empty(new NucleusCheck(compiled.Graph, [Prefix + "Clean"], []).Run());

    [Theory]
    [InlineData("Allocation", Offence.Allocation)]
    [InlineData("Address", Offence.Allocation)]
    [InlineData("Boxing", Offence.Allocation)]
    [InlineData("Throw", Offence.Throw)]
    [InlineData("RangeCheck", Offence.RangeCheck)]
    [InlineData("Overflow", Offence.Arithmetic)]
    [InlineData("Static", Offence.StaticInitialisation)]
    [InlineData("ThreadStatic", Offence.ThreadStatic)]
    [InlineData("Any", Offence.VirtualCall)]
    [InlineData("Interface", Offence.InterfaceDispatch)]
    [InlineData("Block", Offence.Transition)]
    [InlineData("Structure", Offence.Transition)]
    public void A_planted_violation_is_caught(string method, Offence expected)
    {
        IReadOnlyList<Violation> violations = new NucleusCheck(compiled.Graph, [$"{Prefix}Planted__{method}"], []).Run();
        Assert.Contains(violations, v => v.Offence == expected && v.Chain[0] == $"{Prefix}Planted__{method}");
    }

    /// <summary>Compiles the fixture once.</summary>
    public sealed class Compiled
    {
        public Compiled()
        {
            string root = RepositoryRoot();
            string artifacts = Path.Combine(root, "artifacts", "fixtures");
            var start = new ProcessStartInfo("dotnet",
                ["publish", Path.Combine(root, "tests", "Fixtures", "PlantedNucleus"), "-c", "Release", "-v", "quiet", "--artifacts-path", artifacts])
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            string log = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, log);
            Graph = new CallGraph(ElfFile.Open(Path.Combine(artifacts, "obj", "PlantedNucleus", "release_linux-x64", "native", "PlantedNucleus.o")));
        }

        public CallGraph Graph { get; }

        private static string RepositoryRoot()
        {
            for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
                if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                    return d.FullName;
            throw new InvalidOperationException("The test must run from within the repository.");
        }
    }
}
