namespace MicroLake.Benchmarks.Runtime;

public sealed class ThreadCreation() : BatchBenchmark("runtime.thread_create_join", "starting a thread and waiting for its end", batch: 10)
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
