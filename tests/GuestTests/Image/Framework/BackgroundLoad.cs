namespace MicroLake.GuestTests;

/// <summary>
/// Threads that allocate, keep some of it alive, and compute, so that whatever runs beside them is preempted and collected
/// at any instruction. Each checks its own sums; a wrong one ends the run.
/// </summary>
public sealed class BackgroundLoad : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _stop;

    public BackgroundLoad()
    {
        _threads = [new Thread(Allocate) { Name = "load: allocate" }, new Thread(Compute) { Name = "load: compute" }];
        foreach (Thread t in _threads)
        {
            t.IsBackground = true;
            t.Start();
        }
    }

    public void Dispose()
    {
        _stop = true;
        foreach (Thread t in _threads)
            t.Join();
    }

    private void Allocate()
    {
        var alive = new int[64][];
        for (int round = 0; !_stop; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                int[] piece = new int[16 + (i % 32)];
                piece[0] = round;
                piece[^1] = ~round;
                alive[i % alive.Length] = piece;
            }
            foreach (int[] piece in alive)
            {
                if (piece[0] != round || piece[^1] != ~round)
                    Environment.FailFast("background load: an object changed by itself");
            }
            if (round % 50 == 0)
                GC.Collect(0);
            // Leaves the tests most of a single processor.
            Thread.Sleep(1);
        }
    }

    private void Compute()
    {
        while (!_stop)
        {
            double sum = 0;
            for (int i = 1; i <= 20_000; i++)
                sum += 1.0 / i;
            if (Math.Abs(sum - 10.480728217229327) > 1e-9)
                Environment.FailFast("background load: a sum came out wrong");
            Thread.Sleep(1);
        }
    }
}
