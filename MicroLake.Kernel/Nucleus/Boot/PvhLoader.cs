using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Boot;

/// <summary>Reads Xen's <c>hvm_start_info</c> (xen/include/public/arch-x86/hvm/start_info.h), version 1.</summary>
internal static unsafe class PvhLoader
{
    private const uint Magic = 0x336ec578;
    private const uint MemoryTypeRam = 1;

    private struct StartInfo
    {
        public uint Magic, Version, Flags, ModuleCount;
        public ulong ModuleList, CommandLine, Rsdp, MemoryMap;
        public uint MemoryMapEntries, Reserved;
    }

    private struct ModuleEntry
    {
        public ulong Address, Size, CommandLine, Reserved;
    }

    private struct MemoryMapEntry
    {
        public ulong Address, Size;
        public uint Type, Reserved;
    }

    public static bool TryRead(ulong physical, BootInformation* information)
    {
        var start = (StartInfo*)DirectMap.Pointer(physical);
        if (start->Magic != Magic || start->Version < 1)
            return false;

        var map = (MemoryMapEntry*)DirectMap.Pointer(start->MemoryMap);
        for (uint i = 0; i < start->MemoryMapEntries; i++)
            BootInformation.AddRange(information, map[i].Address, map[i].Size, map[i].Type == MemoryTypeRam);
        var modules = (ModuleEntry*)DirectMap.Pointer(start->ModuleList);
        for (uint i = 0; i < start->ModuleCount; i++)
            BootInformation.AddModule(information, modules[i].Address, modules[i].Size);
        if (start->CommandLine != 0)
            BootInformation.SetCommandLine(information, DirectMap.Pointer(start->CommandLine));
        information->RsdpAddress = start->Rsdp;
        return true;
    }
}
