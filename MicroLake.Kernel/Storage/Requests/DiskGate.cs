using System.Diagnostics;

namespace MicroLake.Storage;

/// <summary>
/// Lets one request after the other at a disk. Where several wait, an <see cref="IRequestOrder"/> says which goes next. A write-back, which is many
/// requests of the device, lets reads go between two of them. Nobody enters twice.
/// </summary>
internal sealed class DiskGate(IRequestOrder order)
{
    private const int MostCandidates = 8;
    private const int Free = 0, Held = 1, Contended = 2;

    private readonly Lock _queue = new();
    private readonly List<Waiter> _waiting = [];
    private readonly WaitingRequest[] _candidates = new WaitingRequest[MostCandidates];
    private readonly Waiter[] _candidateWaiters = new Waiter[MostCandidates];

    /// <summary>A write-back that lets a read go first, and has the next turn.</summary>
    private Waiter? _suspended;
    private int _state;

    public IRequestOrder Order { get; set; } = order;

    /// <summary>Requests that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_queue)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for the turn of one who changes nothing.</summary>
    public Turn Read(long file = 0, long page = 0, long pages = 0) => Enter(RequestKind.Read, file, page, pages);

    /// <summary>Waits for the turn of one who may change anything.</summary>
    public Turn Change(long file = 0, long page = 0, long pages = 0) => Enter(RequestKind.Change, file, page, pages);

    /// <summary>Waits for the turn of one who makes all changes durable.</summary>
    public Turn WriteBack(long pages) => Enter(RequestKind.WriteBack, 0, 0, pages);

    /// <summary>Between two requests of a write-back, whose turn it is and will be on return: reads that wait may go first.</summary>
    /// <param name="left">Pages that it has left to write.</param>
    public void LetReadsGo(long left)
    {
        Waiter? own = null;
        while (Volatile.Read(ref _state) == Contended)
        {
            lock (_queue)
            {
                own ??= new Waiter(Order.Client, RequestKind.WriteBack, 0, 0, left);
                if (TakeRead(own) is not { } read)
                    return;
                own.Reset();
                _suspended = own;
                read.Go();
            }

            own.Wait();
        }
    }

    private Turn Enter(RequestKind kind, long file, long page, long pages)
    {
        if (Interlocked.CompareExchange(ref _state, Held, Free) != Free)
            Wait(new Waiter(Order.Client, kind, file, page, pages));
        return new Turn(this);
    }

    private void Wait(Waiter waiter)
    {
        lock (_queue)
        {
            if (Interlocked.Exchange(ref _state, Contended) == Free)
            {
                Volatile.Write(ref _state, Held);
                return;
            }

            _waiting.Add(waiter);
        }

        waiter.Wait();
    }

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Held) == Held)
            return;
        lock (_queue)
        {
            if (_suspended is { } writeBack)
            {
                _suspended = null;
                writeBack.Go();
                return;
            }

            if (_waiting.Count == 0)
            {
                Volatile.Write(ref _state, Free);
                return;
            }

            Waiter next = TakeNext();
            if (_waiting.Count == 0)
                Volatile.Write(ref _state, Held);
            next.Go();
        }
    }

    private Waiter TakeNext()
    {
        int count = Math.Min(_waiting.Count, MostCandidates);
        for (int i = 0; i < count; i++)
            _candidateWaiters[i] = _waiting[i];
        return Take(count);
    }

    /// <summary>A read that goes before a write-back; null: none waits, or the write-back goes on.</summary>
    private Waiter? TakeRead(Waiter writeBack)
    {
        int count = 1;
        _candidateWaiters[0] = writeBack;
        for (int i = 0; i < _waiting.Count && count < MostCandidates; i++)
            if (_waiting[i].Kind == RequestKind.Read)
                _candidateWaiters[count++] = _waiting[i];
        if (count == 1)
            return null;
        Waiter next = Take(count);
        return next == writeBack ? null : next;
    }

    /// <summary>Takes the candidate that goes next out of those that wait.</summary>
    private Waiter Take(int count)
    {
        int choice = 0;
        if (count > 1)
        {
            for (int i = 0; i < count; i++)
                _candidates[i] = _candidateWaiters[i].Describe();
            choice = Order.Choose(_candidates.AsSpan(0, count));
        }

        Waiter next = _candidateWaiters[(uint)choice < (uint)count ? choice : 0];
        for (int i = 0; i < count && _candidateWaiters[i] != next; i++)
            _candidateWaiters[i].Passed++;
        Array.Clear(_candidateWaiters);
        _ = _waiting.Remove(next);
        return next;
    }

    /// <summary>A turn at the disk, until it is disposed of.</summary>
    public readonly ref struct Turn(DiskGate gate)
    {
        public void Dispose() => gate.Leave();
    }

    private sealed class Waiter(uint client, RequestKind kind, long file, long page, long pages)
    {
        private readonly ManualResetEventSlim _turn = new();
        private readonly long _since = Stopwatch.GetTimestamp();

        public RequestKind Kind => kind;

        public int Passed { get; set; }

        public WaitingRequest Describe() => new()
        {
            Kind = kind,
            Client = client,
            File = file,
            Page = page,
            Pages = pages,
            WaitedNanoseconds = (long)Stopwatch.GetElapsedTime(_since).TotalNanoseconds,
            Passed = Passed,
        };

        public void Wait() => _turn.Wait();

        public void Go() => _turn.Set();

        public void Reset() => _turn.Reset();
    }
}
