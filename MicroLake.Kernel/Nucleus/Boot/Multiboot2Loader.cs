using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Boot;

/// <summary>Reads the boot information of the Multiboot2 specification, version 2.0, section 3.6.</summary>
internal static unsafe class Multiboot2Loader
{
    private const uint TagEnd = 0;
    private const uint TagCommandLine = 1;
    private const uint TagModule = 3;
    private const uint TagMemoryMap = 6;
    private const uint TagAcpiOld = 14;
    private const uint TagAcpiNew = 15;
    private const uint MemoryAvailable = 1;
    private const uint MaxInformationBytes = 1 << 20;

    private struct Tag
    {
        public uint Type, Size;
    }

    private struct ModuleTag
    {
        public uint Type, Size, Start, End;
    }

    private struct MemoryMapTag
    {
        public uint Type, Size, EntrySize, EntryVersion;
    }

    private struct MemoryMapEntry
    {
        public ulong Address, Length;
        public uint Type, Reserved;
    }

    public static bool TryRead(ulong physical, BootInformation* information)
    {
        byte* start = DirectMap.Pointer(physical);
        uint total = *(uint*)start;
        if (total < 16 || total > MaxInformationBytes)
            return false;

        uint offset = 8;
        while (offset + sizeof(Tag) <= total)
        {
            var tag = (Tag*)(start + offset);
            if (tag->Type == TagEnd)
                return information->RangeCount > 0;
            if (tag->Size < sizeof(Tag) || tag->Size > total - offset)
                return false;
            ReadTag(tag, physical + offset, information);
            offset += (tag->Size + 7) & ~7u;
        }

        return false;
    }

    private static void ReadTag(Tag* tag, ulong physical, BootInformation* information)
    {
        byte* body = (byte*)(tag + 1);
        if (tag->Type == TagCommandLine)
        {
            BootInformation.SetCommandLine(information, body);
        }
        else if (tag->Type == TagModule && tag->Size >= sizeof(ModuleTag))
        {
            var module = (ModuleTag*)tag;
            if (module->End > module->Start)
                BootInformation.AddModule(information, module->Start, module->End - module->Start);
        }
        else if (tag->Type == TagMemoryMap && tag->Size >= sizeof(MemoryMapTag))
        {
            ReadMemoryMap((MemoryMapTag*)tag, information);
        }
        else if (tag->Type == TagAcpiNew || (tag->Type == TagAcpiOld && information->RsdpAddress == 0))
        {
            // The tag holds a copy of the RSDP itself.
            information->RsdpAddress = physical + (ulong)sizeof(Tag);
        }
    }

    private static void ReadMemoryMap(MemoryMapTag* tag, BootInformation* information)
    {
        if (tag->EntrySize < sizeof(MemoryMapEntry))
            return;
        byte* end = (byte*)tag + tag->Size;
        for (byte* at = (byte*)(tag + 1); at + sizeof(MemoryMapEntry) <= end; at += tag->EntrySize)
        {
            var entry = (MemoryMapEntry*)at;
            BootInformation.AddRange(information, entry->Address, entry->Length, entry->Type == MemoryAvailable);
        }
    }
}
