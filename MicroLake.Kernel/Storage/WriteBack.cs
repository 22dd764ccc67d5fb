namespace MicroLake.Storage;

/// <summary>Makes changes durable some seconds after the first of them; while nothing changes it sleeps.</summary>
internal sealed class WriteBack(DiskFileSystem fileSystem) : IDisposable
{
    private const int StackBytes = 256 << 10;

    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(5);

    private readonly ManualResetEventSlim _changed = new();
    private readonly ManualResetEventSlim _ended = new();
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Run, StackBytes) { Name = "write-back", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Something has changed.</summary>
    public void Wake() => _changed.Set();

    public void Dispose()
    {
        _ended.Set();
        _changed.Set();
        _thread?.Join();
    }

    private void Run()
    {
        while (true)
        {
            _changed.Wait();
            if (_ended.Wait(s_delay))
                return;
            _changed.Reset();
            // An error is in the log, and met again by whoever asks for durability.
            _ = fileSystem.Synchronize();
        }
    }
}
