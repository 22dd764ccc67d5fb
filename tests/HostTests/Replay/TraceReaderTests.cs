using System.Text;
using System.Text.Json;
using MicroLake.HostTests.Nn;
using MicroLake.Nn;
using MicroLake.Replay;
using MicroLake.Replay.Prefetch;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Replay;

public sealed class TraceReaderTests
{
    private const string Log = """
        ; Version: 2.2
        ;  UnixStartTime: 0

            1    0  -1  10  4  -1  -1   8  60  -1  1  3  2  7  1 -1 -1 -1
            2    5  -1  -1  4  -1  -1  -1  -1  -1  0  3 -1 -1 -1 -1 -1 -1
            3    2   9 0.5  2  -1  -1  -1  -1  -1  1 -1 -1 -1 -1 -1 -1 -1

        """;

    [Fact]
    public void A_log_in_the_standard_workload_format()
    {
        JobLog log = SwfReader.Read(Stream(Log), 10);
        Assert.Equal(1, log.Unknown);
        Assert.Equal([0, 2], log.Jobs.Select(j => j.Submit));
        Job first = log.Jobs[0], second = log.Jobs[1];
        Assert.Equal((10, 60, 8, 3, 2, 7, 1), (first.RunTime, first.RequestedTime, first.Processors, first.User, first.Group, first.Executable, first.Queue));
        Assert.Equal((0.5, 0, 2, -1, -1), (second.RunTime, second.RequestedTime, second.Processors, second.User, second.Executable));
    }

    [Theory]
    [InlineData("1 2 3\n", "line 1: there are 3 numbers; a job of the Standard Workload Format has 18")]
    [InlineData(";\n1 0 -1 10 4 -1 -1 8 60 -1 1 3 2 7 1 -1 -1 -1 5\n", "line 2: there are more than 18 numbers, which a job of the Standard Workload Format has")]
    [InlineData("1 0 -1 1O 4 -1 -1 8 60 -1 1 3 2 7 1 -1 -1 -1\n", "line 1: run time is '1O', not a number")]
    [InlineData("1 -1 -1 10 4 -1 -1 8 60 -1 1 3 2 7 1 -1 -1 -1\n", "line 1: the submit time is not known; a job that never came cannot be replayed, take it out")]
    [InlineData("1 1e99 -1 10 4 -1 -1 8 60 -1 1 3 2 7 1 -1 -1 -1\n", "line 1: submit time is '1e99'; numbers to 1e15 are supported")]
    [InlineData("; nothing\n", "there is no job in the file; a log has one line of 18 numbers for each")]
    [InlineData("1 0 -1 -1 4 -1 -1 8 60 -1 1 3 2 7 1 -1 -1 -1\n", "no job of the log has a run time; only jobs that ran can be replayed")]
    public void Bad_logs(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ReplayException>(() => SwfReader.Read(Stream(text), 10)).Message);

    [Fact]
    public void Columns_stand_in_any_order_under_any_of_their_names()
    {
        AccessTrace trace = AccessTraceReader.Read(Stream("\uFEFFop,size,Obj_Id,extra,timestamp\nr,100,7,x,1\n\n# remark\nw,200, 9 ,y,2\r\nr,100,\"7\",,2\n"), 10);
        Assert.Equal([0, 1, 0], trace.Objects);
        Assert.Equal([100, 200, 100], trace.Sizes);
        Assert.Equal(2, trace.ObjectCount);
        Assert.Equal([0, 1], AccessTraceReader.Read(Stream("time,object id,size,op\n1,7,1,r\n2,8,1,w\n"), 10).Objects);
        Assert.Equal([AccessTrace.PageSize, AccessTrace.PageSize], AccessTraceReader.Read(Stream("key\nuser:1\nuser:2\n"), 10).Sizes);
    }

    [Theory]
    [InlineData("", "the file is empty; its first line names the columns, among them id")]
    [InlineData("time,op\n1,r\n", "line 1: no column is called id or object_id or obj_id or objectid or object or obj or key or page or block or lbn or lba or address; the first line names the columns")]
    [InlineData("id,key\n", "line 1: two columns are called id, or what is taken for it; rename one")]
    [InlineData("id\n", "there is no access in the trace; each line after the first is one")]
    [InlineData("id,size\n1\n", "line 2: there are 1 fields, where the first line names 2")]
    [InlineData("id,size\n1,-5\n", "line 2: the size is '-5', not a whole number from 0")]
    [InlineData("id,size\n1,1000000000000001\n", "line 2: the size is '1000000000000001'; numbers to 1e15 are supported")]
    [InlineData("id,size\n,5\n", "line 2: the object's id is empty")]
    [InlineData("id,time\n1,5\n1,4\n", "line 3: the time goes back; sort the trace by time")]
    [InlineData("id\n1\n2\n3\n4\n", "line 5: there are more than 3 accesses; cut the trace into pieces")]
    public void Bad_traces(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ReplayException>(() => AccessTraceReader.Read(Stream(text), 3)).Message);

    [Fact]
    public void File_accesses_are_cut_into_pages()
    {
        FilePage[] pages = FileAccessReader.Read(Stream("file,offset,size\na,0,4096\na,4095,2\nb,8192,1\n"), 10);
        Assert.Equal([(0, 0L), (0, 0L), (0, 1L), (1, 2L)], pages.Select(p => (p.File, p.Page)));
        Assert.Throws<ReplayException>(() => FileAccessReader.Read(Stream("file,offset,size\na,0,999999999999\n"), 10));
        Assert.Throws<ReplayException>(() => FileAccessReader.Read(Stream("file,size\na,0\n"), 10));
    }

    [Theory]
    [InlineData("page\n7\n9\n")]
    [InlineData("op,offset\nr,28672\nr,36864\n")]
    [InlineData("time,object id,size,op\n1,7,4096,r\n2,9,4096,r\n")]
    public void Accesses_without_a_file_are_to_one(string trace) =>
        Assert.Equal([(0, 7L), (0, 9L)], FileAccessReader.Read(Stream(trace), 10).Select(p => (p.File, p.Page)));

    [Fact]
    public void Beside_a_page_an_id_is_a_file() =>
        Assert.Equal([(0, 7L), (1, 7L)], FileAccessReader.Read(Stream("id,page\na,7\nb,7\n"), 10).Select(p => (p.File, p.Page)));

    [Fact]
    public void Very_large_objects_do_not_overflow_the_sum_of_bytes()
    {
        ReplayReport report = ReclaimReplay.Run(
            AccessTraceReader.Read(Stream("id,size\n" + string.Concat(Enumerable.Repeat("1,1000000000000000\n", 20_000))), 20_000), Capacity.OfObjects(2), "belady", ReclaimTests.SmallModel(),
            TestContext.Current.CancellationToken);
        Assert.Equal(report.Number("lru", "hitRate"), report.Number("lru", "byteHitRate"), 12);
    }

    [Theory]
    [InlineData("nothing", "there is no replay for 'nothing'; use one of: sched.pick, mm.reclaim, mm.prefetch")]
    [InlineData("sched.pick", "name a trace; use: ")]
    [InlineData("mm.reclaim t.csv", "--capacity is missing; ")]
    [InlineData("sched.pick t.swf --servers 0", "--servers is '0', not a whole number from 1 to 1024")]
    [InlineData("sched.pick t.swf --load nan", "--load is 'nan', not a number from 0.001 to 100, such as 0.8")]
    [InlineData("sched.pick t.swf --load", "--load needs a value; ")]
    [InlineData("sched.pick t.swf --sever 1", "there is no option --sever; ")]
    [InlineData("sched.pick --help", "there is no option --help; ")]
    [InlineData("sched.pick t.swf --capacity 5", "--capacity says nothing at sched.pick; it is for mm.reclaim and mm.prefetch")]
    [InlineData("mm.reclaim t.csv --capacity 5 --load 0.5", "--load says nothing at mm.reclaim; it is for sched.pick")]
    [InlineData("mm.prefetch t.csv --model m.onnx", "--model says nothing at mm.prefetch; it is for sched.pick and mm.reclaim")]
    [InlineData("sched.pick t.swf u.swf", "'u.swf' is one argument too many; ")]
    public void Bad_options(string words, string message) =>
        Assert.StartsWith(message, Assert.Throws<ReplayException>(() => ReplayOptions.Parse(words.Split(' '))).Message);

    [Fact]
    public void Files_are_named_in_errors_and_reports_are_json_on_request()
    {
        string path = Path.Combine(Path.GetTempPath(), $"microlake-replay-{Environment.ProcessId}.csv");
        Assert.Equal("there is no file 'no/such'", Assert.Throws<ReplayException>(() => Run("mm.reclaim no/such --capacity 1")).Message);
        File.WriteAllText(path, "id\n1\n2\n1\n");
        try
        {
            using JsonDocument json = JsonDocument.Parse(Run($"mm.prefetch {path} --capacity 2 --json", "file,page\n1,1\n1,2\n"));
            Assert.Equal("mm.prefetch", json.RootElement.GetProperty("hook").GetString());
            Assert.Equal(2, json.RootElement.GetProperty("policies")[0].GetProperty("misses").GetInt32());
            Assert.StartsWith("mm.prefetch: pages read 2, capacity 2 pages\npolicy", Run($"mm.prefetch {path} --capacity 2"));
            Assert.StartsWith("mm.prefetch: pages read 2, capacity 4096 pages\npolicy", Run($"mm.prefetch {path}"));
            Assert.StartsWith(path + ": line 1: one column must be called ", Assert.Throws<ReplayException>(() => Run($"mm.prefetch {path} --capacity 2", "a,b\n")).Message);
            Assert.StartsWith("there is no policy 'best'", Assert.Throws<ReplayException>(() => Run($"mm.prefetch {path} --capacity 2 --policy best", "file,page\n1,1\n")).Message);
        }
        finally
        {
            File.Delete(path);
        }

        string Run(string words, string? content = null)
        {
            if (content is not null)
                File.WriteAllText(path, content);
            using var output = new StringWriter { NewLine = "\n" };
            Replayer.Run(ReplayOptions.Parse(words.Split(' ')), output, ReplayLimits.Host, TestContext.Current.CancellationToken);
            return output.ToString();
        }
    }

    [Fact]
    public void Mutated_traces_are_refused_in_one_line_or_replayed()
    {
        byte[] log = Encoding.UTF8.GetBytes(Log), accesses = "time,id,size,op\n1,7,100,r\n2,8,50,w\n3,7,100,r\n"u8.ToArray(), files = "file,offset,size\na,0,4096\nb,4096,9000\n"u8.ToArray();
        OnnxModel jobs = SchedulingTests.SmallModel(), reuse = ReclaimTests.SmallModel();
        int replayed = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] file = Mutation.Apply((i % 3) switch { 0 => log, 1 => accesses, _ => files }, new Random(i));
            try
            {
                ReplayReport report = (i % 3) switch
                {
                    0 => SchedulingReplay.Run(SwfReader.Read(new MemoryStream(file), 100), 2, null, jobs, TestContext.Current.CancellationToken),
                    1 => ReclaimReplay.Run(AccessTraceReader.Read(new MemoryStream(file), 100), Capacity.Parse("120B"), null, reuse, TestContext.Current.CancellationToken),
                    _ => PrefetchReplay.Run(FileAccessReader.Read(new MemoryStream(file), 100), Capacity.OfObjects(3), null, TestContext.Current.CancellationToken),
                };
                using var output = new StringWriter();
                report.WriteJson(output);
                JsonDocument.Parse(output.ToString()).Dispose();
                replayed++;
            }
            catch (ReplayException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }

        Assert.InRange(replayed, 1000, 9000);
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
