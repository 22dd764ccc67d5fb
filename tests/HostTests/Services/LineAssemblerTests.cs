using System.Text;
using MicroLake.Services.Programs;
using Xunit;

namespace MicroLake.HostTests.Services;

public sealed class LineAssemblerTests
{
    private readonly List<string> _lines = [];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Lines_come_whole_however_they_are_cut(int piece)
    {
        var lines = new LineAssembler(_lines.Add);
        byte[] text = Encoding.UTF8.GetBytes("one\n\nzwei \u00e4\U0001f40d\nlast");
        foreach (byte[] part in text.Chunk(piece))
            lines.Append(part);
        Assert.Equal(["one", "zwei \u00e4\U0001f40d"], _lines);
        lines.End();
        lines.End();
        Assert.Equal(["one", "zwei \u00e4\U0001f40d", "last"], _lines);
    }

    [Fact]
    public void A_line_without_an_end_is_cut()
    {
        var lines = new LineAssembler(_lines.Add);
        lines.Append(new byte[3000].Select(_ => (byte)'x').ToArray());
        lines.End();
        Assert.Equal([1024, 1024, 952], _lines.Select(l => l.Length));
    }

    [Fact]
    public void What_is_not_text_does_no_harm()
    {
        var lines = new LineAssembler(_lines.Add);
        lines.Append([0xff, 0xc3, (byte)'\n', 0xf0, 0x9f]);
        lines.End();
        Assert.Single(_lines);
    }
}
