namespace MicroLake.Abi;

/// <summary>
/// Numbers of the kernel calls that processes make by SYSCALL: the number in rax, up to six arguments, the result in rax. Part of the binary
/// interface: add at the end, never renumber. In the kernel's own address space the same calls are functions named <c>mk_...</c>.
/// </summary>
public enum KernelCallNumber
{
    /// <summary>Does nothing, for measuring.</summary>
    Null = 0,
    ThreadCreate = 1,
    ThreadExit = 2,
    ThreadSelf = 3,
    ThreadYield = 4,
    ThreadSetPointer = 5,
    ThreadStack = 6,
    ThreadSetName = 7,
    ThreadSignal = 8,
    ThreadSetPriority = 9,
    SignalSetHandler = 10,
    SignalReturn = 11,
    WaitAddress = 12,
    WakeAddress = 13,
    SleepUntil = 14,
    MemoryReserve = 15,
    MemoryReplace = 16,
    MemoryProtect = 17,
    MemoryRelease = 18,
    MemoryDiscard = 19,
    MemoryBarrier = 20,
    MemoryInformation = 21,
    ProcessorCount = 22,
    ProcessorCurrent = 23,
    ClockMonotonic = 24,
    ClockWall = 25,
    LogWrite = 26,
    Random = 27,

    /// <summary>Ends the process with a message for whoever started it.</summary>
    Panic = 28,
    ProcessExit = 29,
    HandleClose = 30,
    HandleDuplicate = 31,
    HandleInformation = 32,
    ObjectStatistics = 33,
    EndpointCreate = 34,
    NotificationCreate = 35,
    IpcCall = 36,
    IpcReceive = 37,
    IpcReply = 38,
    IpcReplyAndReceive = 39,
    IpcCancel = 40,
    IpcForgetCancel = 41,
    NotificationSignal = 42,
    NotificationWait = 43,
    MemoryObjectCreate = 44,
    MemoryObjectMap = 45,
    MemoryObjectUnmap = 46,

    /// <summary>Numbers from here on name no call; the table is one page at most.</summary>
    Limit = 64,
}
