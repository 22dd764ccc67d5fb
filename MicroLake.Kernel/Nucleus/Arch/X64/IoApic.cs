using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>An I/O APIC (82093AA data sheet): routes device interrupts to processors.</summary>
internal unsafe struct IoApic
{
    private const uint VersionRegister = 1;
    private const uint RedirectionTable = 0x10;
    private const ulong MaskedEntry = 1 << 16;
    private const ulong LevelTriggered = 1 << 15;
    private const ulong ActiveLow = 1 << 13;

    private byte* _registers;

    public uint FirstInput;
    public uint InputCount;

    /// <summary>Maps the controller and masks all its inputs. False: its registers cannot be mapped.</summary>
    public static bool TryOpen(IoApic* apic, ulong physical, uint firstInput)
    {
        apic->_registers = KernelPageTable.MapDevice(physical, 0x20);
        if (apic->_registers == null)
            return false;
        apic->FirstInput = firstInput;
        apic->InputCount = ((apic->Read(VersionRegister) >> 16) & 0xff) + 1;
        for (uint input = 0; input < apic->InputCount; input++)
            apic->WriteEntry(input, MaskedEntry);
        return true;
    }

    /// <summary>Routes an input (counted from this controller's first) to a vector of one processor.</summary>
    public void Route(uint input, byte vector, uint apicId, bool activeLow, bool level)
    {
        ulong entry = vector | ((ulong)apicId << 56);
        if (activeLow)
            entry |= ActiveLow;
        if (level)
            entry |= LevelTriggered;
        WriteEntry(input, entry);
    }

    /// <summary>Holds an input's interrupts back, or lets them through.</summary>
    public void SetMask(uint input, bool masked)
    {
        uint register = RedirectionTable + input * 2;
        uint entry = Read(register);
        Write(register, masked ? entry | (uint)MaskedEntry : entry & ~(uint)MaskedEntry);
    }

    private void WriteEntry(uint input, ulong entry)
    {
        Write(RedirectionTable + input * 2 + 1, (uint)(entry >> 32));
        Write(RedirectionTable + input * 2, (uint)entry);
    }

    private uint Read(uint register)
    {
        System.Threading.Volatile.Write(ref *(uint*)_registers, register);
        return System.Threading.Volatile.Read(ref *(uint*)(_registers + 0x10));
    }

    private void Write(uint register, uint value)
    {
        System.Threading.Volatile.Write(ref *(uint*)_registers, register);
        System.Threading.Volatile.Write(ref *(uint*)(_registers + 0x10), value);
    }
}
