using System.Text;
using MicroLake.Nn.Csv;
using Xunit;

namespace MicroLake.HostTests.Nn;

public sealed class CsvTests
{
    private static CsvTable Read(string text, int? columns = null, CsvLimits? limits = null) =>
        CsvTable.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), columns, limits);

    private static CsvFormatException Refusal(string text, int? columns = null, CsvLimits? limits = null) =>
        Assert.Throws<CsvFormatException>(() => Read(text, columns, limits));

    [Fact]
    public void Headers_remarks_empty_lines_and_both_line_ends_are_read()
    {
        CsvTable table = Read("\uFEFFname, \"x, y\"\r\nunit,m\n\n# remark\n 1 , \"2.5\"\r\n\r\n-3e2,4");
        Assert.Equal([1, 2.5f, -300, 4], table.Values);
        Assert.Equal((2, 2), (table.Rows, table.Columns));
        Assert.Equal(["unit", "m"], table.Header);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", 3, 2, "'x'")]
    [InlineData("1,2\n3\n", 2, 0, "1 numbers, where 2")]
    [InlineData("1,2\n3,4,5\n", 2, 3, "more than the 2")]
    [InlineData("1,2\n3,\n", 2, 2, "empty")]
    [InlineData("1,2\nheader,again\n", 2, 1, "'header'")]
    [InlineData("1,x\n", 1, 2, "'x'")]
    [InlineData("1,2\n1e999,2\n", 2, 1, "finite")]
    [InlineData("1,2\nNaN,2\n", 2, 1, "finite")]
    [InlineData("1,2\n1;2\n", 2, 1, "'1;2'")]
    [InlineData("1,2\n\u001b[2J,2\n", 2, 1, "'?[2J'")]
    public void What_is_wrong_is_said_with_line_and_column(string text, long line, int column, string says)
    {
        CsvFormatException refusal = Refusal(text);
        Assert.Equal((line, column), (refusal.Line, refusal.Column));
        Assert.Contains(says, refusal.Message);
        Assert.StartsWith($"line {line}", refusal.Message);
    }

    [Fact]
    public void A_file_without_rows_is_refused()
    {
        Assert.Contains("no row", Refusal("").Message);
        Assert.Contains("no row", Refusal("a,b\n\n").Message);
    }

    [Fact]
    public void Another_number_of_columns_than_wanted_is_refused_in_the_first_row() =>
        Assert.Contains("where 3 must be", Refusal("1,2\n", 3).Message);

    [Fact]
    public void A_huge_line_is_refused_without_being_held()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<CsvFormatException>(() => CsvTable.Read(new Endless(), null, new() { MaxLineBytes = 10_000 }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(1, refusal.Line);
        Assert.Contains("10000", refusal.Message);
    }

    [Fact]
    public void Limits_of_columns_and_numbers_are_kept()
    {
        Assert.Contains("more than 3 columns", Refusal("1,2,3,4\n", null, new() { MaxColumns = 3 }).Message);
        Assert.Contains("more than 5 numbers", Refusal("1,2\n3,4\n5,6\n", null, new() { MaxValues = 5 }).Message);
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_is_read_as_any_other()
    {
        CsvTable table = CsvTable.Read(new Trickle("x,y\n1,2\r\n" + string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"{i},{-i}"))));
        Assert.Equal(3001, table.Rows);
        Assert.Equal(-2999, table.Values[^1]);
    }

    [Fact]
    public void Every_number_is_written_so_that_it_reads_back_the_same()
    {
        var random = new Random(5);
        float[] numbers = [.. Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next())).Where(float.IsFinite), 0.1f, 1f / 3, float.MaxValue, float.Epsilon, -0f];
        var stream = new MemoryStream();
        using (var writer = new CsvWriter(stream))
        {
            writer.WriteHeader("a,\"b\"", "c");
            foreach (float[] row in numbers.Chunk(7))
                writer.WriteRow(row.Length == 7 ? row : [.. row, .. new float[7 - row.Length]]);
        }

        stream.Position = 0;
        CsvTable table = CsvTable.Read(stream);
        Assert.Equal(7, table.Columns);
        Assert.Equal(numbers.Select(BitConverter.SingleToInt32Bits), table.Values[..numbers.Length].Select(BitConverter.SingleToInt32Bits));
        Assert.StartsWith("\"a,\"\"b\"\"\",c\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Labels_are_the_last_column_or_a_file()
    {
        (CsvTable features, int[] labels) = Read("a,b,label\n1,2,0\n3,4,2\n").SplitLabels();
        Assert.Equal([1, 2, 3, 4], features.Values);
        Assert.Equal(["a", "b"], features.Header);
        Assert.Equal([0, 2], labels);
        Assert.Equal([1, 0], CsvLabels.Read(new MemoryStream("label\n1\n0\n"u8.ToArray())));
    }

    [Theory]
    [InlineData("1,0.5\n")]
    [InlineData("1,-1\n")]
    [InlineData("1,1e30\n")]
    public void A_label_that_is_no_class_number_is_refused(string text) =>
        Assert.Contains("class number", Assert.Throws<CsvFormatException>(() => Read(text).SplitLabels()).Message);

    [Fact]
    public void A_table_of_one_column_has_no_labels_beside_it() =>
        Assert.Throws<CsvFormatException>(() => Read("1\n2\n").SplitLabels());

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'1');
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Trickle(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }
}
