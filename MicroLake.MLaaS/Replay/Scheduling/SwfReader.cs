using MicroLake.Replay.Input;

namespace MicroLake.Replay.Scheduling;

/// <summary>Reads the Standard Workload Format (version 2.2): 18 numbers a job, -1 for what is not known; lines that begin with a
/// semicolon are the header and remarks.</summary>
internal static class SwfReader
{
    private const int Fields = 18;

    private static readonly string[] s_names =
    [
        "job number", "submit time", "wait time", "run time", "number of allocated processors", "average processor time used", "used memory",
        "requested number of processors", "requested time", "requested memory", "status", "user", "group", "executable", "queue", "partition",
        "preceding job", "think time",
    ];

    public static JobLog Read(Stream stream, int maxJobs)
    {
        var lines = new TraceLines(stream);
        var jobs = new List<Job>();
        long unknown = 0;
        Span<double> fields = stackalloc double[Fields];
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            line = line.Trim(" \t"u8);
            if (line.IsEmpty || line[0] == ';')
                continue;
            Parse(lines, line, fields);
            if (fields[1] < 0)
                throw lines.Error("the submit time is not known; a job that never came cannot be replayed, take it out");
            if (fields[3] < 0)
            {
                unknown++;
                continue;
            }

            if (jobs.Count == maxJobs)
                throw lines.Error($"there are more than {maxJobs} jobs; cut the log into pieces");
            jobs.Add(new()
            {
                Submit = fields[1],
                RunTime = fields[3],
                RequestedTime = Math.Max(0, fields[8]),
                Processors = Identifier(fields[7] > 0 ? fields[7] : fields[4]),
                User = Identifier(fields[11]),
                Group = Identifier(fields[12]),
                Executable = Identifier(fields[13]),
                Queue = Identifier(fields[14]),
            });
        }

        if (jobs.Count == 0)
            throw new ReplayException(unknown > 0 ? "no job of the log has a run time; only jobs that ran can be replayed" : "there is no job in the file; a log has one line of 18 numbers for each");
        return JobLog.Of(jobs, unknown);
    }

    private static void Parse(TraceLines lines, ReadOnlySpan<byte> line, Span<double> fields)
    {
        int count = 0;
        while (!line.IsEmpty)
        {
            int end = line.IndexOfAny((byte)' ', (byte)'\t');
            ReadOnlySpan<byte> field = end < 0 ? line : line[..end];
            if (count == Fields)
                throw lines.Error($"there are more than {Fields} numbers, which a job of the Standard Workload Format has");
            fields[count] = lines.Number(field, s_names[count]);
            count++;
            line = end < 0 ? [] : line[end..].TrimStart(" \t"u8);
        }

        if (count < Fields)
            throw lines.Error($"there are {count} numbers; a job of the Standard Workload Format has {Fields}");
    }

    private static int Identifier(double value) => value is < 0 or > int.MaxValue ? -1 : (int)value;
}
