using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>
/// The calls of one thread. Most arguments are of the kind that the call expects, right or nearly so, since what is wrong throughout is refused
/// at the first check; the others are any numbers. Calls that would take away what the program itself stands on are turned to memory that may go.
/// </summary>
internal sealed unsafe class FuzzCall(FuzzMemory memory, int seed)
{
    /// <summary>A wait without end, and the loss of a thread, once in so many calls that could bring it about.</summary>
    private const int Seldom = 500;

    private const ulong NoDeadline = ulong.MaxValue;
    private const ulong LongestWait = 300_000;
    private const ulong UserEnd = 0x4000_0000_0000;
    private const int Arguments = 6;
    private const ulong ResultBytes = 8 << 10;
    private const int Kept = 8;
    private const int ArenaPages = (int)(FuzzMemory.ArenaBytes / 4096);

    /// <summary>
    /// What each call takes, by number: h handle, e to an endpoint, s to a notification, o to a memory object, g rights, t thread, m message, d deadline, r result, b buffer, a range and its length (two words), l length,
    /// p protection, n any number; a dot is a call that ends the process (<see cref="FuzzEnd"/>).
    /// </summary>
    private static readonly string[] s_kinds =
    [
        "", "nnann", "a", "", "", "n", "rr", "tbn", "tn", "n", "nnn", ".", "bnd", "bn", "d", "llpnr", "ap", "ap", "a", "a", "", "r", "", "", "", "", "bn", "bn",
        ".", ".", "h", "hgnr", "hr", "r", "r", "r", "emd", "emd", "m", "emd", "t", "", "sn", "sdr", "nr", "ollpr", "n",
    ];

    private readonly Random _random = new(seed);
    private readonly ulong _results = FuzzMemory.Lasting(ResultBytes);
    private readonly ulong[] _words = new ulong[Arguments];
    private readonly ulong[] _mappings = new ulong[Kept];
    private readonly (ulong Start, ulong Length)[] _ranges = new (ulong, ulong)[Kept];
    private readonly byte[] _fill = new byte[sizeof(Message)];

    /// <summary>Called by the thread that will make the calls.</summary>
    public void Begin() =>
        memory.Threads[_random.Next(memory.Threads.Length)] = Native.SystemCall((ulong)KernelCallNumber.ThreadSelf, 0, 0, 0, 0, 0, 0);

    public void Make()
    {
        int number;
        do
            number = _random.Next(s_kinds.Length + 1);
        while (number < s_kinds.Length && !MayBeMade((KernelCallNumber)number));
        string kinds = number < s_kinds.Length ? s_kinds[number] : "nnnnnn";
        // The last stands for numbers that name no call, near the table's end or far from it.
        ulong call = number < s_kinds.Length ? (ulong)number
            : _random.Next(2) == 0 ? (ulong)_random.Next(s_kinds.Length, 300) : Math.Max(Any(), (ulong)s_kinds.Length);
        Choose(kinds);
        Protect((KernelCallNumber)call, kinds);
        ulong[] w = _words;
        ulong status = Native.SystemCall(call, w[0], w[1], w[2], w[3], w[4], w[5]);
        if (status == (ulong)Status.Ok)
            Keep((KernelCallNumber)call);
    }

    private bool MayBeMade(KernelCallNumber call) =>
        s_kinds[(int)call] != "." && (call != KernelCallNumber.ThreadExit || (_random.Next(Seldom) == 0 && memory.TryLose()));

    private void Choose(string kinds)
    {
        int at = 0;
        foreach (char kind in kinds)
        {
            bool isWild = _random.Next(5) == 0;
            switch (kind)
            {
                case 'a':
                    (_words[at], _words[at + 1]) = isWild ? (Any(), Any()) : Range();
                    at++;
                    break;
                case 'r':
                    // Somewhere in the memory that stays, over its end, or where nothing is.
                    _words[at] = _random.Next(8) switch
                    {
                        0 => _results + ResultBytes - (ulong)_random.Next(16),
                        1 => 0xffff_8000_0000_0000 + (ulong)_random.Next(),
                        _ => Result(),
                    };
                    break;
                case 'm':
                    _words[at] = isWild ? Any() : Message();
                    break;
                case 'd':
                    _words[at] = Deadline();
                    break;
                default:
                    _words[at] = isWild ? Any() : Fitting(kind);
                    break;
            }

            at++;
        }

        while (at < Arguments)
            _words[at++] = Any();
    }

    private ulong Fitting(char kind) => kind switch
    {
        'h' => memory.Handle(_random, ObjectType.None),
        'e' => memory.Handle(_random, ObjectType.Endpoint),
        's' => memory.Handle(_random, ObjectType.Notification),
        'o' => memory.Handle(_random, ObjectType.Memory),
        'g' => _random.Next(2) == 0 ? (ulong)HandleRights.All : (ulong)_random.Next(1024),
        't' => memory.Threads[_random.Next(memory.Threads.Length)],
        'b' => _random.Next(2) == 0 ? Result() : memory.Arena + (ulong)_random.Next((int)FuzzMemory.ArenaBytes),
        'l' => (ulong)_random.Next(9) * 4096,
        'p' => (ulong)_random.Next(8),
        _ => (ulong)_random.Next(64),
    };

    private (ulong Start, ulong Length) Range()
    {
        (ulong start, ulong length) = OwnRange();
        return _random.Next(8) switch
        {
            0 => (start + (ulong)_random.Next(4096), length),
            1 => (start, length - (ulong)_random.Next(4096)),
            _ => (start, length),
        };
    }

    private ulong Result() => _results + (ulong)_random.Next((int)ResultBytes / 2) / 8 * 8 + (_random.Next(16) == 0 ? 1ul : 0);

    /// <summary>A message of random words with few handles, most of them the process's own; sometimes with what may not be.</summary>
    private ulong Message()
    {
        if (_random.Next(8) == 0)
            return memory.Arena + (ulong)_random.Next((int)FuzzMemory.ArenaBytes);
        ulong at = Result();
        _random.NextBytes(_fill);
        _fill.CopyTo(new Span<byte>((void*)at, sizeof(Message)));
        var message = (Message*)at;
        message->HandleCount = _random.Next(4) == 0 ? (uint)_random.Next(7) : 0;
        for (int i = 0; i < Abi.Message.MaxHandles; i++)
            if (_random.Next(4) != 0)
                message->Handles[i] = (uint)memory.Handle(_random, ObjectType.None);
        return at;
    }

    private ulong Deadline()
    {
        if (_random.Next(Seldom) == 0 && memory.TryLose())
            return _random.Next(2) == 0 ? NoDeadline : Any() | 1ul << 62;
        return _random.Next(4) == 0
            ? (ulong)_random.Next(1000)
            : Native.SystemCall((ulong)KernelCallNumber.ClockMonotonic, 0, 0, 0, 0, 0, 0) + (ulong)_random.NextInt64((long)LongestWait);
    }

    /// <summary>Turns a call away from what the program itself stands on.</summary>
    private void Protect(KernelCallNumber call, string kinds)
    {
        ulong[] w = _words;
        if (kinds.StartsWith('a') && memory.MayBeOwn(w[0], w[1]))
            (w[0], w[1]) = OwnRange();
        switch (call)
        {
            case KernelCallNumber.MemoryDiscard when w[0] < FuzzMemory.LowestOwn:
                // Even what belongs to nobody may be given up, and a long range from there is everything.
                w[1] = Math.Min(w[1], 4096);
                break;
            case KernelCallNumber.MemoryObjectUnmap:
                w[0] = _random.Next(3) == 0 ? memory.Arena + w[0] % FuzzMemory.ArenaBytes : _mappings[_random.Next(Kept)];
                break;
            case KernelCallNumber.ThreadCreate:
                w[0] = w[0] < UserEnd ? memory.ThreadEnd : w[0];
                (w[3], w[4]) = _random.Next(2) == 0 ? (w[2], w[2] + w[3]) : (w[3], w[4]);
                break;
            case KernelCallNumber.ThreadSetPointer:
                w[0] |= UserEnd;
                break;
            case KernelCallNumber.ThreadSignal when w[1] is 4 or 5 or 7 or 8 or 11:
                // The runtime would take it for its own fault.
                w[1] += 64;
                break;
            case KernelCallNumber.SignalSetHandler:
                w[_random.Next(1, 3)] |= UserEnd;
                break;
            case KernelCallNumber.LogWrite when _random.Next(Seldom) != 0:
                w[0] = 0xffff_8000_0000_0000;
                break;
        }
    }

    /// <summary>Keeps what a call has given, so that it comes back as an argument, and so that the process does not fill up.</summary>
    private void Keep(KernelCallNumber call)
    {
        ulong[] w = _words;
        switch (call)
        {
            case KernelCallNumber.EndpointCreate:
                memory.KeepHandle(_random, *(uint*)w[0], ObjectType.Endpoint);
                break;
            case KernelCallNumber.NotificationCreate:
                memory.KeepHandle(_random, *(uint*)w[0], ObjectType.Notification);
                break;
            case KernelCallNumber.MemoryObjectCreate:
                memory.KeepHandle(_random, *(uint*)w[1], ObjectType.Memory);
                break;
            case KernelCallNumber.HandleDuplicate:
                memory.KeepHandle(_random, *(uint*)w[3], ObjectType.None);
                break;
            case KernelCallNumber.MemoryObjectMap:
                KeepMapping(*(ulong*)w[4]);
                break;
            case KernelCallNumber.MemoryReserve:
                KeepRange(*(ulong*)w[4], (w[0] + 4095) & ~4095ul);
                break;
            case KernelCallNumber.MemoryRelease:
                for (int i = 0; i < Kept; i++)
                    if (_ranges[i].Start == w[0])
                        _ranges[i] = default;
                break;
            case KernelCallNumber.IpcCall or KernelCallNumber.IpcReceive or KernelCallNumber.IpcReplyAndReceive when IsResult(w[1]):
                var message = (Message*)w[1];
                for (int i = 0; i < message->HandleCount && i < Abi.Message.MaxHandles; i++)
                    memory.KeepHandle(_random, message->Handles[i], ObjectType.None);
                break;
        }
    }

    /// <summary>The one in whose place it is kept is unmapped.</summary>
    private void KeepMapping(ulong start)
    {
        ref ulong place = ref _mappings[_random.Next(Kept)];
        if (place != 0)
            _ = Native.SystemCall((ulong)KernelCallNumber.MemoryObjectUnmap, place, 0, 0, 0, 0, 0);
        place = start;
    }

    /// <summary>The one in whose place it is kept is released.</summary>
    private void KeepRange(ulong start, ulong length)
    {
        ref (ulong Start, ulong Length) place = ref _ranges[_random.Next(Kept)];
        if (place.Length != 0)
            _ = Native.SystemCall((ulong)KernelCallNumber.MemoryRelease, place.Start, place.Length, 0, 0, 0, 0);
        place = (start, length);
    }

    /// <summary>A range that this thread has reserved, or a piece of what all threads share.</summary>
    private (ulong Start, ulong Length) OwnRange()
    {
        (ulong start, ulong length) = _ranges[_random.Next(Kept)];
        if (length != 0)
            return (start, length);
        int first = _random.Next(ArenaPages);
        return (memory.Arena + (ulong)first * 4096, (ulong)_random.Next(1, ArenaPages - first + 1) * 4096);
    }

    private bool IsResult(ulong address) => address >= _results && address < _results + ResultBytes / 2 + 8;

    private ulong Any() => _random.Next(13) switch
    {
        0 => 0,
        1 => (ulong)_random.Next(16),
        2 => ulong.MaxValue - (ulong)_random.Next(16),
        3 => (ulong)_random.NextInt64(),
        4 => memory.Arena + (ulong)_random.Next((int)FuzzMemory.ArenaBytes),
        5 => memory.Arena + (ulong)_random.Next(ArenaPages) * 4096,
        6 => 0xffff_8000_0000_0000 + (ulong)_random.Next(),
        7 => 0x6000_0000_0000 + (ulong)_random.Next(),
        8 => 0x3fff_ffff_f000 + (ulong)_random.Next(8192),
        9 => (ulong)(0x10000 * _random.Next(4) + _random.Next(8)),
        10 => 1ul << _random.Next(64),
        11 => memory.Handle(_random, ObjectType.None),
        _ => (ulong)_random.Next(64) * 4096,
    };
}
