using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>Threads that wait at an object, in a list through their control blocks. The object's lock is held.</summary>
internal unsafe struct ThreadQueue
{
    private Thread* _first;
    private Thread* _last;

    /// <summary>Who is served next, or null.</summary>
    public readonly Thread* First => _first;

    public void Append(Thread* thread)
    {
        thread->WaitNext = null;
        thread->WaitPrevious = _last;
        if (_last != null)
            _last->WaitNext = thread;
        else
            _first = thread;
        _last = thread;
    }

    public void Remove(Thread* thread)
    {
        if (thread->WaitPrevious != null)
            thread->WaitPrevious->WaitNext = thread->WaitNext;
        else
            _first = thread->WaitNext;
        if (thread->WaitNext != null)
            thread->WaitNext->WaitPrevious = thread->WaitPrevious;
        else
            _last = thread->WaitPrevious;
        thread->WaitNext = null;
        thread->WaitPrevious = null;
    }
}
