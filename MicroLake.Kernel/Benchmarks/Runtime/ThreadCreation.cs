namespace MicroLake.Benchmarks.Runtime;

/// <summary>A managed thread from its making to its end.</summary>
/// <param name="name">Name of the figure.</param>
public sealed class ThreadCreation(string name) : BatchBenchmark(name, "starting a thread and waiting for its end", batch: 10)
{
    protected override void Operate(long count)
    {
        while (count-- > 0)
        {
            var thread = new Thread(static () => { });
            thread.Start();
            thread.Join();
        }
    }
}
