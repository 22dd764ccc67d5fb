using System.Text;
using MicroLake.Abi;
using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers.Hardware;

/// <summary>The machine itself, over kernel calls.</summary>
public sealed unsafe class KernelDeviceHost : DeviceHost
{
    private const int PageBytes = 4096;

    public override int ProcessorCount => KernelCall.ProcessorCount();

    public override int CurrentProcessor => (int)KernelCall.ProcessorCurrent();

    public override long FreeBytes
    {
        get
        {
            MemoryInformation information;
            KernelCall.MemoryInformation(&information);
            return ((long)information.CommitLimitPages - (long)information.CommittedPages) * PageBytes;
        }
    }

    public override uint ReadConfiguration(PciAddress function, int register) =>
        KernelCall.PciRead((byte)function.Bus, (byte)function.Device, (byte)function.Function, (ushort)register);

    public override void WriteConfiguration(PciAddress function, int register, uint value) =>
        KernelCall.PciWrite((byte)function.Bus, (byte)function.Device, (byte)function.Function, (ushort)register, value);

    public override RegisterBlock MapRegisters(ulong physical, int length)
    {
        byte* registers;
        Status status = KernelCall.DeviceMap(physical, (ulong)length, &registers);
        return status == Status.Ok
            ? new KernelRegisters(registers, length)
            : throw new DeviceException($"the registers at {physical:x} cannot be mapped: {Explain(status)}");
    }

    public override DmaMemory AllocateDma(int bytes) => Allocate(bytes, clear: true);

    public override DmaMemory TakeUnused(int bytes) => Allocate(bytes, clear: false);

    public override bool TryLend(ReadOnlySpan<byte> memory, LentMemory work)
    {
        // SAFETY: what is pinned keeps its page frames until the work is over.
        fixed (byte* start = memory)
            return TryLend(start, memory.Length, work);
    }

    public override bool TryLendForWriting(Span<byte> memory, LentMemory work)
    {
        // SAFETY: as above; whoever has a span to write to has memory of its own behind it.
        fixed (byte* start = memory)
            return TryLend(start, memory.Length, work);
    }

    public override bool TryLend(ReadOnlySpan<byte> read, Span<byte> written, LentExchange work)
    {
        // SAFETY: as above.
        fixed (byte* source = read, target = written)
        {
            DmaPiece[] from = Pieces(read.Length), to = Pieces(written.Length);
            if (!TryDescribe(source, read.Length, from, out int fromCount) || !TryDescribe(target, written.Length, to, out int toCount))
                return false;
            work.Use(from.AsSpan(0, fromCount), to.AsSpan(0, toCount));
            return true;
        }
    }

    private static bool TryLend(byte* start, int length, LentMemory work)
    {
        DmaPiece[] pieces = Pieces(length);
        if (length == 0 || !TryDescribe(start, length, pieces, out int count))
            return false;
        work.Use(pieces.AsSpan(0, count));
        return true;
    }

    private static DmaPiece[] Pieces(int length) => length == 0 ? [] : new DmaPiece[length / PageBytes + 2];

    private static bool TryDescribe(byte* start, int length, DmaPiece[] pieces, out int count)
    {
        count = 0;
        if (length == 0)
            return true;
        fixed (DmaPiece* table = pieces)
            count = KernelCall.DmaDescribe(start, (ulong)length, table, pieces.Length);
        return count != 0;
    }

    public override DeviceInterrupt CreateInterrupt() => new KernelInterrupt();

    public override void Pause() => Thread.Sleep(1);

    public override void Log(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        fixed (byte* text = bytes)
            KernelCall.LogWrite(text, bytes.Length);
    }

    private static KernelDmaMemory Allocate(int bytes, bool clear)
    {
        int pages = (bytes + PageBytes - 1) / PageBytes;
        ulong physical;
        byte* memory;
        Status status = KernelCall.DmaAllocate((ulong)pages, clear ? 1 : 0, &physical, &memory);
        return status == Status.Ok
            ? new KernelDmaMemory(physical, memory, pages * PageBytes)
            : throw new DeviceException($"{bytes} bytes of memory for a device cannot be had in one piece: {Explain(status)}");
    }

    internal static string Explain(Status status) => status switch
    {
        Status.OutOfMemory => "there is not enough memory; give the machine more (--mem)",
        Status.LimitReached => "all interrupts are taken",
        Status.NotPermitted => "there is memory of the machine",
        _ => $"the kernel says {status}",
    };
}
