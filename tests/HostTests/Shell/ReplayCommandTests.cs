using System.Text.Json;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

public sealed class ReplayCommandTests : ShellFixture
{
    public ReplayCommandTests()
    {
        MicroLake.Shell.Replay.GeneratedCommands.AddTo(Shell.Commands);
        File.WriteAllText(Folder + "/jobs.swf", "; three jobs\n1 0 -1 100 1 -1 -1 1 -1 -1 1 1 1 1 1 1 -1 -1\n2 1 -1 10 1 -1 -1 1 -1 -1 1 2 1 2 1 1 -1 -1\n3 2 -1 1 1 -1 -1 1 -1 -1 1 3 1 3 1 1 -1 -1\n");
        File.WriteAllText(Folder + "/pages.csv", "page\n7\n0\n1\n2\n0\n3\n0\n4\n2\n3\n0\n3\n2\n");
    }

    [Fact]
    public void A_job_log_is_replayed_by_all_policies()
    {
        (int status, string output) = Run("replay sched.pick @/jobs.swf --servers 1");
        Assert.Equal(0, status);
        Assert.StartsWith("sched.pick: jobs 3, left out 0, servers 1, load 55.500\npolicy", output);
        // Ends at 100, 110 and 111; the shortest left first at 111, 12 and 3.
        Assert.Matches(@"\nfcfs +heuristic +106\.0 ", output);
        Assert.Matches(@"\nsrpt +oracle +41\.0 ", output);
        Assert.Matches(@"\nsched-predict +model ", output);
        Assert.DoesNotContain("sjf-predicted", Run("replay sched.pick @/jobs.swf --policy sched-predict").Output);
    }

    [Fact]
    public void Json_has_a_row_for_each_policy()
    {
        using JsonDocument json = JsonDocument.Parse(Run("replay mm.reclaim @/pages.csv --capacity 3 --json").Output);
        // The textbook's string, first 13: 10 faults by FIFO, 9 by LRU, 7 by Belady's rule.
        Dictionary<string, int> hits = json.RootElement.GetProperty("policies").EnumerateArray().ToDictionary(p => p.GetProperty("policy").GetString()!, p => p.GetProperty("hits").GetInt32());
        Assert.Equal((3, 4, 6), (hits["fifo"], hits["lru"], hits["belady"]));
        Assert.Contains("mm-reuse", hits.Keys);
    }

    [Theory]
    [InlineData("replay", 2, "error: replay: name a hook; use one of: sched.pick, mm.reclaim, mm.prefetch\n")]
    [InlineData("replay mm.reclaim @/none.csv --capacity 3", 1, "error: there is no file '@/none.csv'\n")]
    [InlineData("replay mm.reclaim @/jobs.swf --capacity 3", 1, "error: @/jobs.swf: line 1: no column is called id or object_id or obj_id or objectid or object or obj or key or page or block or lbn or lba or address; the first line names the columns\n")]
    [InlineData("replay sched.pick @/pages.csv", 1, "error: @/pages.csv: line 1: job number is 'page', not a number\n")]
    [InlineData("replay sched.pick @/jobs.swf --model @/pages.csv", 1, "error: @/pages.csv: ")]
    public void Mistakes_are_one_line(string line, int status, string error)
    {
        (int ended, string output) = Run(line);
        Assert.Equal(status, ended);
        Assert.StartsWith(error, output);
        Assert.Equal(1, output.Count(c => c == '\n'));
    }
}
