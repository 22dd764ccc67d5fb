namespace MicroLake.Drivers.Virtio;

/// <summary>
/// A virtqueue whose users wait for their requests, many at once. There is no thread of the driver's: one of those who wait, the leader, waits for
/// the interrupt and ends the others' requests as well as its own; when its own is done, another leads.
/// </summary>
public sealed class RequestQueue
{
    /// <summary>How often who waits looks whether the device is still there.</summary>
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);

    /// <summary>A device that does nothing for so many rounds does not work, where nothing else is said.</summary>
    public const int Patience = 60;

    private sealed class Slot
    {
        public readonly SemaphoreSlim Wake = new(0);
        public bool IsPending;
        public bool IsDone;
        public bool IsAsleep;
        public int Written;
        public int Rounds;
    }

    private readonly VirtioDevice _device;
    private readonly Virtqueue _ring;
    private readonly DeviceInterrupt _interrupt;
    private readonly int _patience;
    private readonly Lock _gate = new();
    private readonly Slot[] _slots;
    private readonly int[] _free;
    private readonly SemaphoreSlim _slotGiven = new(0);
    private int _slotWaiters;
    private int _freeCount;
    private bool _hasLeader;
    private long _completed;

    internal RequestQueue(VirtioDevice device, Virtqueue ring, DeviceInterrupt interrupt, int slots, int patience)
    {
        _patience = patience;
        _device = device;
        _ring = ring;
        _interrupt = interrupt;
        _slots = new Slot[slots];
        _free = new int[slots];
        for (int i = slots - 1; i >= 0; i--)
        {
            _slots[i] = new Slot();
            _free[_freeCount++] = i;
        }
    }

    /// <summary>The most requests at once.</summary>
    public int SlotCount => _slots.Length;

    /// <summary>Descriptors of the ring.</summary>
    public int RingSize => _ring.Size;

    /// <summary>Requests that were done.</summary>
    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Takes a slot for a request, the one that was given back last, and waits where none is free.</summary>
    /// <exception cref="DeviceException">The device was given up.</exception>
    public int TakeSlot()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_freeCount > 0)
                    return _free[--_freeCount];
                _slotWaiters++;
            }

            _slotGiven.Wait();
        }
    }

    /// <summary>Takes a slot if one is free: for who has one already, and must not wait for others that do.</summary>
    public bool TryTakeSlot(out int slot)
    {
        lock (_gate)
        {
            slot = _freeCount > 0 ? _free[--_freeCount] : -1;
            return slot >= 0;
        }
    }

    public void GiveSlot(int slot)
    {
        bool isAwaited;
        lock (_gate)
        {
            _free[_freeCount++] = slot;
            isAwaited = _slotWaiters > 0;
            if (isAwaited)
                _slotWaiters--;
        }

        if (isAwaited)
            _ = _slotGiven.Release();
    }

    /// <summary>Queues a slot's request and tells the device.</summary>
    /// <exception cref="DeviceException">The device was given up.</exception>
    public void Start(int slot, ReadOnlySpan<BufferSegment> segments)
    {
        lock (_gate)
        {
            _device.ThrowIfFailed();
            _slots[slot].IsPending = true;
            _slots[slot].IsDone = false;
            _slots[slot].Rounds = 0;
            if (!_ring.TryAdd(segments, slot))
                throw new InvalidOperationException("a queue has fewer descriptors than its slots need");
            _ring.Kick();
        }
    }

    /// <summary>Whether <see cref="TryPoll"/> may find something new for a slot: a look at memory, without a lock.</summary>
    public bool HasNews(int slot) => Volatile.Read(ref _slots[slot].IsDone) || _ring.HasUsed();

    /// <summary>Looks whether a slot's request is done, without waiting: for who expects the answer sooner than an interrupt would tell of it.</summary>
    /// <inheritdoc cref="Finish"/>
    public bool TryPoll(int slot, out int written)
    {
        try
        {
            lock (_gate)
            {
                _device.ThrowIfFailed();
                TakeAll();
                written = _slots[slot].Written;
                return _slots[slot].IsDone;
            }
        }
        catch (DeviceException error)
        {
            _device.Fail(error.Message);
            throw;
        }
    }

    /// <summary>Waits for a slot's request.</summary>
    /// <param name="slot">A slot whose request was started.</param>
    /// <param name="patience">Seconds without an answer after which the device does not work; null: the queue's.</param>
    /// <returns>Bytes that the device says it wrote.</returns>
    /// <exception cref="DeviceException">The device was given up.</exception>
    public int Finish(int slot, int? patience = null)
    {
        try
        {
            while (true)
                if (TryFinish(slot, patience ?? _patience, out int written))
                    return written;
        }
        catch (DeviceException error)
        {
            _device.Fail(error.Message);
            throw;
        }
    }

    /// <summary>
    /// Takes any request that is done: for a queue that one thread alone uses. False: there is none, and <see cref="WaitForAny"/> waits for one.
    /// </summary>
    /// <exception cref="DeviceException">The device was given up.</exception>
    public bool TryFinishAny(out int slot, out int written)
    {
        slot = -1;
        written = 0;
        try
        {
            lock (_gate)
            {
                do
                {
                    _device.ThrowIfFailed();
                    TakeAll();
                    slot = Array.FindIndex(_slots, static candidate => candidate.IsPending && candidate.IsDone);
                }
                while (slot < 0 && !_ring.TryWantInterrupt());
                if (slot < 0)
                    return false;
                _slots[slot].IsPending = false;
                written = _slots[slot].Written;
                return true;
            }
        }
        catch (DeviceException error)
        {
            _device.Fail(error.Message);
            throw;
        }
    }

    /// <summary>Waits, as long as it takes, until <see cref="TryFinishAny"/> may find something.</summary>
    public void WaitForAny() => _ = _interrupt.Wait(Timeout.InfiniteTimeSpan);

    /// <summary>Queues a slot's request and waits for it.</summary>
    /// <inheritdoc cref="Finish"/>
    public int Execute(int slot, ReadOnlySpan<BufferSegment> segments)
    {
        Start(slot, segments);
        return Finish(slot);
    }

    /// <summary>The device was reset: everybody who waits learns it.</summary>
    internal void Abort()
    {
        lock (_gate)
        {
            foreach (Slot slot in _slots)
                WakeUp(slot);
        }

        _interrupt.Signal();
    }

    internal void FreeMemory()
    {
        _interrupt.Dispose();
        _ring.Dispose();
    }

    /// <summary>One round of waiting. True: the request is done.</summary>
    private bool TryFinish(int index, int patience, out int written)
    {
        Slot mine = _slots[index];
        bool leads = false;
        lock (_gate)
        {
            _device.ThrowIfFailed();
            TakeAll();
            written = mine.Written;
            if (mine.IsDone)
            {
                PassLead();
                return true;
            }

            if (!_hasLeader)
            {
                if (!_ring.TryWantInterrupt())
                    return false;
                _hasLeader = leads = true;
            }

            mine.IsAsleep = !leads;
        }

        if (!leads)
        {
            mine.Wake.Wait();
            return false;
        }

        bool came = _interrupt.Wait(s_round);
        lock (_gate)
            _hasLeader = false;
        if (!came && _device.IsAlive() && ++mine.Rounds == patience)
            throw _device.Broken($"has not answered a request for {patience} s (queue {_ring.Index}); it was reset");
        return false;
    }

    private void TakeAll()
    {
        while (_ring.TryTake(out int token, out int written))
        {
            Slot slot = _slots[token];
            slot.Written = written;
            slot.IsDone = true;
            _completed++;
            WakeUp(slot);
        }
    }

    /// <summary>Somebody who still waits becomes the leader.</summary>
    private void PassLead()
    {
        if (_hasLeader)
            return;
        foreach (Slot slot in _slots)
        {
            if (!slot.IsAsleep)
                continue;
            WakeUp(slot);
            return;
        }
    }

    private static void WakeUp(Slot slot)
    {
        if (!slot.IsAsleep)
            return;
        slot.IsAsleep = false;
        _ = slot.Wake.Release();
    }

}
