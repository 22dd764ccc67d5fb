using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Scheduling;

internal enum ThreadState : byte
{
    Ready = 0,
    Running = 1,
    Blocked = 2,
    Dead = 3,
}

/// <summary>
/// A thread's control block: one page frame, of which the extended processor state takes the part from
/// <see cref="XsaveOffset"/> on. The assembly files know many of the fields by offset.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Thread
{
    public const int XsaveOffset = 1024;
    public const int XsaveBytes = 4096 - XsaveOffset;
    public const int NameBytes = 16;

    /// <summary>Stack pointer of a thread that gave the processor up by itself.</summary>
    public ulong Rsp;

    /// <summary>1: the thread was interrupted; its registers are in <see cref="TrapFrame"/> and the XSAVE area.</summary>
    public ulong SavedByTrap;

    public ulong FsBase;
    public uint Id;

    /// <summary>1 when the deadline, not a wake, ended the last wait.</summary>
    public uint TimedOut;

    /// <summary>Where the kernel stack of a process's thread begins; 0 for kernel threads.</summary>
    public ulong KernelStackTop;

    /// <summary>Physical address of the page tables that the thread needs; 0 for kernel threads, which run on any.</summary>
    public ulong Root;

    /// <summary>Whose thread it is.</summary>
    public Process* Process;

    /// <summary>Not 0: something has to be done before the thread goes back to its process (<see cref="ThreadWork"/>).</summary>
    public uint Work;
    public uint WorkPadding;
    public TrapFrame TrapFrame;

    /// <summary>The kernel object that the thread waits at, and below what for. See <see cref="IpcWait"/> for who may write them.</summary>
    public KernelObject* WaitObject;

    /// <summary>This and the next two are eight bytes: messages.S writes all of them at once for a thread that goes on.</summary>
    public ThreadState State;
    public WaitKind WaitKind;

    /// <summary>How the last wait at a kernel object ended.</summary>
    public Status WaitStatus;

    /// <summary>
    /// The processor that the thread runs on, or left when it began its present wait. Where that is at a kernel object, who holds the object's lock may
    /// continue the thread there at once (<see cref="DirectSwitch"/>); null when the wait has a deadline, or the thread's process a quota.
    /// </summary>
    public PerCpu* DirectHome;

    /// <summary>The handles that the thread last called and received through, and their slots, which stay where they are; at first <see cref="NoSlot"/>.</summary>
    public HandleSlot* CallSlot, ReceiveSlot;
    public uint CallHandle, ReceiveHandle;

    public RunQueueNode RunNode;
    public KeyedHeapNode SleepNode;
    public FairQueueNode FairNode;

    /// <summary>Weighted nanoseconds that the thread has run, on the scale of its processor's queue; fair threads only.</summary>
    public ulong VirtualRuntime;

    /// <summary>The processor whose queues the thread belongs to: where it runs, waits to run, or ran last.</summary>
    public PerCpu* Home;

    public Thread* AllNext;
    public Thread* AllPrevious;

    /// <summary>The wait queue that the thread stands in, by the address that it waits on.</summary>
    public ulong WaitAddress;
    public Thread* WaitNext;
    public Thread* WaitPrevious;

    /// <summary>Bit n: signal n waits for delivery, or may not be delivered now.</summary>
    public ulong PendingSignals;
    public ulong BlockedSignals;

    /// <summary>The stack [StackLow, StackHigh) with its guard below; 0 where the thread's creator keeps it.</summary>
    public ulong StackLow, StackHigh, GuardLow;

    /// <summary>The pages of the stack from here on have been touched by the thread; <see cref="SpinLock"/> keeps it.</summary>
    public ulong StackPresentFrom;

    /// <summary>Memory that the reaper releases once the thread is off its stack.</summary>
    public ulong ReleaseStart, ReleaseLength;

    public ulong RunNanoseconds, CreatedAt;
    public ulong Switches;
    public fixed byte Name[NameBytes];

    /// <summary>1: the present or next wait at a kernel object is to be cancelled.</summary>
    public uint CancelWanted;

    /// <summary>1: the process's processor time is limited, and what the thread runs is counted. messages.S reads this and the field before at once.</summary>
    public uint HasQuota;

    /// <summary>Where the message lies that the thread sends or that it gets: kernel memory.</summary>
    public Message* Message;

    /// <summary>Badge of the handle that the thread calls through.</summary>
    public ulong CallBadge;

    /// <summary>Who has taken this thread's call, while it waits for the reply.</summary>
    public Thread* Server;

    /// <summary>Whose call this thread has to answer (null: the caller is gone), and where it took it (null: it owes nothing).</summary>
    public Thread* Client;
    public Endpoint* ClientEndpoint;

    /// <summary>The bits that the last wait at a notification took.</summary>
    public ulong TakenBits;

    /// <summary>The thread's own priority, and the one that callers have lent it (0: none). The higher is in force.</summary>
    public byte BasePriority, LentPriority;

    /// <summary>1 while in an endpoint's queue of real-time callers.</summary>
    public byte QueuedAsRealtime;

    /// <summary>What has been copied between the kernel and the memory of the thread's process, for its system calls; system_call.S counts.</summary>
    public ulong CopiedBytes;

    /// <summary>Message of a thread in another address space, on its way in or out.</summary>
    public Message MessageBuffer;

    /// <summary>The slot of no handle.</summary>
    public HandleSlot NoSlot;

    /// <summary>What the thread did lately, while somebody observes runs.</summary>
    public RunHistory History;

    /// <summary>The page of its last fault, while somebody observes faults; 0: none.</summary>
    public ulong LastFaultPage;

    /// <summary>The page that the thread waits for the pager to bring; 0: it waits for none (<see cref="PageWait"/>).</summary>
    public ulong WaitPage;

    /// <summary>The process whose page <see cref="WaitPage"/> is.</summary>
    public uint WaitOwner;

    /// <summary>
    /// Nanoseconds that the thread is still foreseen to run, and that its virtual runtime is set back for; only a module at <c>sched.pick</c> foresees.
    /// </summary>
    public ulong Foreseen;

    /// <summary>Whether the thread belongs to the class that comes before all others.</summary>
    public readonly bool IsRealtime => RunNode.Priority > Scheduler.HighestFairPriority;

    public static byte* Xsave(Thread* thread) => (byte*)thread + XsaveOffset;

    // Control blocks are page frames: the page of a node is its thread.
    public static Thread* FromRunNode(RunQueueNode* node) => (Thread*)((ulong)node & ~(PageTable.PageBytes - 1));

    public static Thread* FromFairNode(FairQueueNode* node) => (Thread*)((ulong)node & ~(PageTable.PageBytes - 1));

    public static Thread* FromSleepNode(KeyedHeapNode* node) => (Thread*)((ulong)node & ~(PageTable.PageBytes - 1));
}
