using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Boot;

/// <summary>
/// QEMU's fw_cfg device (QEMU docs/specs/fw_cfg): the files below <c>opt/microlake/</c> that the command which started the machine hands
/// in, whichever way the kernel was loaded. Read once, by DMA, into frames that stay theirs.
/// </summary>
internal static unsafe class FirmwareConfiguration
{
    private const int MaxFiles = 8;
    private const int NameBytes = 56;
    private const ushort SelectorPort = 0x510;
    private const ushort DataPort = 0x511;
    private const ushort DmaPortHigh = 0x514;
    private const ushort DmaPortLow = 0x518;
    private const ushort SignatureKey = 0x0000;
    private const ushort FeaturesKey = 0x0001;
    private const ushort DirectoryKey = 0x0019;
    private const byte DmaFeature = 2;
    private const uint DmaError = 1;
    private const uint DmaRead = 2;
    private const uint DmaSelect = 8;
    private const uint MaxDirectoryEntries = 1000;

    private struct Entry
    {
        public uint Size;
        public ushort Key, Reserved;
        public fixed byte Name[NameBytes];
    }

    private struct DmaRequest
    {
        public uint Control, Length;
        public ulong Address;
    }

    private struct File
    {
        public fixed byte Name[NameBytes];
        public ulong Address, Length;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxFiles)]
    private struct FileArray
    {
        private File _first;
    }

    private static FileArray s_files;
    private static int s_count;

    /// <summary>Reads the files that are meant for the kernel. Without the device there are none.</summary>
    public static void Load()
    {
        if (!IsPresent() || !PhysicalMemory.TryAllocateZeroed(out ulong request))
            return;
        const ulong directoryPages = (4 + MaxDirectoryEntries * 64 + PageTable.PageBytes - 1) / PageTable.PageBytes;
        if (PhysicalMemory.TryAllocateContiguous(directoryPages, DirectMap.BootLimit, out ulong directory))
        {
            if (TryRead(request, DirectoryKey, directory, 4 + MaxDirectoryEntries * 64))
                LoadFiles(request, DirectMap.Pointer(directory));
            PhysicalMemory.FreeContiguous(directory, directoryPages);
        }

        PhysicalMemory.Free(request);
    }

    /// <summary>A file by the part of its name after <c>opt/microlake/</c>, or null.</summary>
    public static byte* Find(byte* name, int length, ulong* bytes)
    {
        for (int i = 0; i < s_count; i++)
        {
            File* file = At(i);
            int at = 0;
            while (at < length && at < NameBytes && file->Name[at] == name[at])
                at++;
            if (at != length || file->Name[at] != 0)
                continue;
            *bytes = file->Length;
            return DirectMap.Pointer(file->Address);
        }

        *bytes = 0;
        return null;
    }

    private static void LoadFiles(ulong request, byte* directory)
    {
        uint count = Swap(*(uint*)directory);
        var entries = (Entry*)(directory + 4);
        for (uint i = 0; i < count && i < MaxDirectoryEntries && s_count < MaxFiles; i++)
        {
            Entry* entry = entries + i;
            if (!HasPrefix(entry->Name))
                continue;
            uint size = Swap(entry->Size);
            ulong pages = (size + PageTable.PageBytes - 1) / PageTable.PageBytes;
            if (pages == 0 || !PhysicalMemory.TryAllocateContiguous(pages, DirectMap.BootLimit, out ulong place))
            {
                if (pages != 0)
                    Log.Line("  fw_cfg: a file is left out: not enough memory in one piece; give the machine more (--mem)"u8);
                continue;
            }

            ushort key = (ushort)((entry->Key << 8) | (entry->Key >> 8));
            if (!TryRead(request, key, place, size))
                continue;
            File* file = At(s_count++);
            for (int at = Prefix.Length; at < NameBytes; at++)
                file->Name[at - Prefix.Length] = entry->Name[at];
            file->Name[NameBytes - 1] = 0;
            file->Address = place;
            file->Length = size;
        }
    }

    private static System.ReadOnlySpan<byte> Prefix => "opt/microlake/"u8;

    private static bool HasPrefix(byte* name)
    {
        fixed (byte* prefix = Prefix)
            for (int i = 0; i < Prefix.Length; i++)
                if (name[i] != prefix[i])
                    return false;
        return true;
    }

    private static bool IsPresent()
    {
        Processor.Out16(SelectorPort, SignatureKey);
        uint signature = 0;
        for (int i = 0; i < 4; i++)
            signature = (signature << 8) | Processor.In8(DataPort);
        if (signature != 0x51454d55) // "QEMU"
            return false;
        Processor.Out16(SelectorPort, FeaturesKey);
        return (Processor.In8(DataPort) & DmaFeature) != 0;
    }

    private static bool TryRead(ulong requestPhysical, ushort key, ulong destination, uint length)
    {
        var request = (DmaRequest*)DirectMap.Pointer(requestPhysical);
        request->Length = Swap(length);
        request->Address = ((ulong)Swap((uint)destination) << 32) | Swap((uint)(destination >> 32));
        System.Threading.Volatile.Write(ref request->Control, Swap(((uint)key << 16) | DmaSelect | DmaRead));
        Processor.Out32(DmaPortHigh, Swap((uint)(requestPhysical >> 32)));
        Processor.Out32(DmaPortLow, Swap((uint)requestPhysical));
        uint control;
        while (((control = Swap(System.Threading.Volatile.Read(ref request->Control))) & ~DmaError) != 0)
            Processor.Pause();
        return (control & DmaError) == 0;
    }

    private static uint Swap(uint value) =>
        (value >> 24) | ((value >> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24);

    private static File* At(int index)
    {
        fixed (FileArray* files = &s_files)
            return (File*)files + index;
    }
}
