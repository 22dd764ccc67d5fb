using MicroLake.Replay.Input;

namespace MicroLake.Replay.Reclaim;

/// <summary>Reads CSV with columns time, id, size and op; only id must be there.</summary>
internal static class AccessTraceReader
{
    private static readonly string[][] s_columns =
    [
        ["id", "object_id", "obj_id", "objectid", "object", "obj", "key", "page", "block", "lbn", "lba", "address"],
        ["size", "object_size", "obj_size", "bytes", "length", "len"],
        ["time", "timestamp", "ts", "clock_time"],
    ];

    public static AccessTrace Read(Stream stream, int maxAccesses)
    {
        var columns = new TraceColumns(stream, s_columns, 1);
        var numbers = new Dictionary<long, int>();
        int[] objects = new int[1024];
        long[] sizes = new long[1024];
        int count = 0;
        double before = double.NegativeInfinity;
        while (columns.TryReadRow())
        {
            if (count == maxAccesses)
                throw columns.Error($"there are more than {maxAccesses} accesses; cut the trace into pieces");
            if (count == objects.Length)
            {
                Array.Resize(ref objects, 2 * count);
                Array.Resize(ref sizes, 2 * count);
            }

            if (columns.Has(2))
            {
                double time = columns.Number(2, "the time");
                if (time < before)
                    throw columns.Error("the time goes back; sort the trace by time");
                before = time;
            }

            long key = columns.Key(0, "the object's id");
            if (!numbers.TryGetValue(key, out int number))
                numbers.Add(key, number = numbers.Count);
            objects[count] = number;
            sizes[count++] = columns.Has(1) ? columns.Whole(1, "the size") : AccessTrace.PageSize;
        }

        if (count == 0)
            throw new ReplayException("there is no access in the trace; each line after the first is one");
        Array.Resize(ref objects, count);
        Array.Resize(ref sizes, count);
        return new(objects, sizes, numbers.Count);
    }
}
