using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Probe;

/// <summary>What the kernel refuses a process, one line each for what it did not.</summary>
internal static unsafe class Rights
{
    private static int s_wrong;

    public static int Check()
    {
        ulong start;
        Expect("memory that is written and executed", Native.Reserve(4096, 4096, (Protection)7, 0, &start), Status.InvalidArgument);
        Expect("a real-time priority", Native.SetPriority(50), Status.NotPermitted);
        Expect("a priority of its own", Native.SetPriority(20), Status.Ok);
        Expect("a forged handle", HandleNumbers.Close(0x7fff0005), Status.BadHandle);
        Expect("an answer to nobody", Reply(), Status.NothingToReply);
        Expect("a signal to a thread that is not its own", (Status)Native.SystemCall(7, 0x10001, 11, 0, 0, 0, 0), Status.NotFound);
        Expect("an unknown call", (Status)Native.SystemCall(63, 0, 0, 0, 0, 0, 0), Status.InvalidArgument);
        Expect("a call far outside of the table", (Status)Native.SystemCall(ulong.MaxValue, 0, 0, 0, 0, 0, 0), Status.InvalidArgument);
        SharedMemory();
        return s_wrong;
    }

    private static void SharedMemory()
    {
        uint handle, readOnly;
        ulong first, second, third;
        Expect("a memory object", Native.CreateObject(4, &handle), Status.Ok);
        Expect("a mapping", Native.MapObject(handle, 0, 4 * 4096, Protection.Read | Protection.Write, &first), Status.Ok);
        Expect("a second mapping of a part", Native.MapObject(handle, 4096, 4096, Protection.Read, &second), Status.Ok);
        *(int*)(first + 4096 + 100) = 4711;
        if (*(int*)(second + 100) != 4711)
            Wrong("the two mappings do not show the same memory");
        Expect("a mapping beyond the end", Native.MapObject(handle, 4096, 4 * 4096, Protection.Read, &third), Status.InvalidArgument);
        Expect("a duplicate that may only read", HandleNumbers.Duplicate(handle, out readOnly, HandleRights.Read), Status.Ok);
        Expect("writing by it", Native.MapObject(readOnly, 0, 4096, Protection.Read | Protection.Write, &third), Status.NotPermitted);
        Expect("protecting a mapping", Native.Protect(second, 4096, Protection.Read | Protection.Write), Status.NotReserved);
        Expect("closing it", HandleNumbers.Close(handle), Status.Ok);
        if (*(int*)(second + 100) != 4711)
            Wrong("a mapping ended with its handle");
        Expect("unmapping", Native.UnmapObject(first), Status.Ok);
        Expect("unmapping again", Native.UnmapObject(first), Status.NotFound);
        Expect("unmapping the second", Native.UnmapObject(second), Status.Ok);
    }

    private static Status Reply()
    {
        Message message = default;
        return Ipc.Reply(ref message);
    }

    private static void Expect(string what, Status status, Status expected)
    {
        if (status != expected)
            Wrong($"{what}: {status}, not {expected}");
    }

    private static void Wrong(string what)
    {
        s_wrong++;
        Console.WriteLine(what);
    }
}
