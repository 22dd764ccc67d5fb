namespace MicroLake.ImageTool.Elf;

/// <summary>Numbers of the ELF-64 object file format and the x86-64 psABI that this tool uses, in their spelling.</summary>
public static class ElfConstants
{
    public const ushort ET_REL = 1;
    public const ushort EM_X86_64 = 62;

    public const uint PT_LOAD = 1;

    public const uint PF_X = 1;
    public const uint PF_W = 2;
    public const uint PF_R = 4;

    public const uint SHT_SYMTAB = 2;
    public const uint SHT_RELA = 4;
    public const uint SHT_NOBITS = 8;

    public const ulong SHF_ALLOC = 2;
    public const ulong SHF_EXECINSTR = 4;

    public const ushort SHN_UNDEF = 0;
    public const ushort SHN_LORESERVE = 0xff00;

    public const byte STT_NOTYPE = 0;
    public const byte STT_FUNC = 2;
    public const byte STT_SECTION = 3;
}
