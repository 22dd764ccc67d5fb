using System.CommandLine;
using MicroLake.ImageTool.Commands;
using MicroLake.ImageTool.Elf;
using Xunit;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.HostTests.ImageTool;

/// <summary>The commands as the image's build calls them: their exit status fails the build.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imagetool").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_violation_fails_and_names_the_chain()
    {
        (int status, string output) = Check(new ElfBuilder().Function("Nucleus_A", "Middle").Function("Middle", "RhpNewFast"));
        Assert.Equal(1, status);
        Assert.Contains("error ML1001", output, StringComparison.Ordinal);
        Assert.Contains("Nucleus_A -> Middle -> RhpNewFast", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_code_passes_and_is_counted()
    {
        (int status, string output) = Check(new ElfBuilder().Function("Nucleus_A", "memset").Function("Other", "RhpNewFast"));
        Assert.Equal(0, status);
        Assert.Contains("1 nucleus functions, 0 violations", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_of_findings_can_be_allowed_and_is_still_reported()
    {
        (int status, string output) = Check(new ElfBuilder().Function("Nucleus_A", "RhpRngChkFail"), "--allow", "RangeCheck");
        Assert.Equal(0, status);
        Assert.Contains("RangeCheck: 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Prefixes_to_leave_out_come_from_a_file_too()
    {
        string file = Path.Combine(_folder, "exclude");
        File.WriteAllText(file, "# managed entries\nNucleus_Files_   # behind their own transition\n\n");
        ElfBuilder elf = new ElfBuilder().Function("Nucleus_A").Function("Nucleus_Files_B", "RhpReversePInvoke");
        Assert.Equal(1, Check(elf).Status);
        Assert.Equal(0, Check(elf, "--exclude", file).Status);
    }

    [Fact]
    public void A_prefix_that_fits_nothing_is_an_error_and_no_proof() =>
        Assert.Contains("would prove nothing", Assert.Throws<ElfException>(() => Check(new ElfBuilder().Function("Other"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_elf_is_named()
    {
        string path = Path.Combine(_folder, "text");
        File.WriteAllText(path, "not an image");
        Assert.Contains(path, Assert.Throws<ElfException>(() => Invoke(SizesCommand.Create(), "--elf", path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PF_R | PF_X, 0, "")]
    [InlineData(PF_R | PF_W, 0, "")]
    [InlineData(PF_R | PF_W | PF_X, 1, "error ML1003")]
    public void A_segment_of_writable_code_fails_the_build(uint flags, int status, string said)
    {
        (int actual, string output) = Sizes(new ElfBuilder().Function("A").Segment(PF_R, 16).Segment(flags, 4096), "--quiet");
        Assert.Equal((status, said.Length == 0), (actual, output.Length == 0));
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_takes_more_than_its_limit_fails_the_build()
    {
        ElfBuilder elf = new ElfBuilder().Function("A").Segment(PF_R, 1000).Segment(PF_R | PF_X, 24);
        Assert.Equal(0, Sizes(elf, "--quiet", "--max-loaded", "1024").Status);
        (int status, string output) = Sizes(elf, "--quiet", "--max-loaded", "1023");
        Assert.Equal(1, status);
        Assert.Contains("error ML1002", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12g4")]
    [InlineData("-1")]
    public void Only_hexadecimal_addresses_are_symbolized(string address) =>
        Assert.NotEqual(0, Invoke(SymbolizeCommand.Create(), "--elf", Path.Combine(_folder, "none"), address).Status);

    private (int Status, string Output) Check(ElfBuilder elf, params string[] options)
    {
        string path = Path.Combine(_folder, "object.o");
        File.WriteAllBytes(path, elf.Build());
        return Invoke(CheckNucleusCommand.Create(), ["--object", path, "--prefix", "Nucleus_", .. options]);
    }

    private (int Status, string Output) Sizes(ElfBuilder elf, params string[] options)
    {
        string path = Path.Combine(_folder, "image.elf");
        File.WriteAllBytes(path, elf.Build());
        return Invoke(SizesCommand.Create(), ["--elf", path, .. options]);
    }

    private static (int Status, string Output) Invoke(Command command, params string[] arguments)
    {
        using StringWriter output = new();
        int status = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (status, output.ToString());
    }
}
