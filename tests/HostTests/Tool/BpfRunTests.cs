using MicroLake.Policies;
using MicroLake.Tool;
using MicroLake.Tool.Verbs;
using Xunit;

namespace MicroLake.HostTests.Tool;

/// <summary><c>module bpf-run</c>: what it reads, and how programs that do harm end.</summary>
public sealed class BpfRunTests
{
    // r0 = the first byte of the memory.
    private const string FirstByte = "71 10 00 00 00 00 00 00  95 00 00 00 00 00 00 00";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_gets_its_memory_and_returns_r0(bool isCompiled) =>
        Assert.Equal(0xABul, RawProgram.Run(HexBytes.Parse(FirstByte, ""), [0xAB, 1], isCompiled));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_access_outside_is_one_clear_error(bool isCompiled)
    {
        var fault = Assert.Throws<PolicyFaultException>(() => RawProgram.Run(HexBytes.Parse(FirstByte, ""), [], isCompiled));
        Assert.StartsWith("instruction 0: it reads memory that the program may not read", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_cut_off_is_refused() =>
        Assert.Contains("multiple of 8", Assert.Throws<PolicyFormatException>(() => RawProgram.Run([0x95, 0], [], true)).Message, StringComparison.Ordinal);

    [Fact]
    public void White_space_may_be_anywhere() => Assert.Equal([0x1A, 0x2B, 0x3C], HexBytes.Parse(" 1a\n2 B\t3c ", "x"));

    [Theory]
    [InlineData("1g", "'g' at position 2")]
    [InlineData("1a2", "the last byte has one digit")]
    [InlineData("0x12", "'x' at position 2")]
    public void What_is_no_hexadecimal_says_where(string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<ToolException>(() => HexBytes.Parse(text, "it")).Message, StringComparison.Ordinal);
}
