using System.CommandLine;
using MicroLake.ImageTool.Commands;
using MicroLake.ImageTool.Elf;
using Xunit;

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

    private static (int Status, string Output) Invoke(Command command, params string[] arguments)
    {
        using StringWriter output = new();
        int status = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (status, output.ToString());
    }
}
