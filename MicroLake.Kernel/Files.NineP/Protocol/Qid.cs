namespace MicroLake.Files.NineP;

/// <summary>What a server says that a file is: type[1] version[4] path[8].</summary>
/// <param name="Path">Number of the file, as an inode's.</param>
internal readonly record struct Qid(byte Type, ulong Path)
{
    private const byte DirectoryBit = 0x80, SymbolicLinkBit = 0x02;

    /// <summary>QTAPPEND, QTEXCL, QTMOUNT, QTTMP and QTLINK: they change nothing here.</summary>
    private const byte HarmlessBits = 0x40 | 0x20 | 0x10 | 0x04 | 0x01;

    /// <summary>A device is a file, too, as far as this tells.</summary>
    public NodeKind Kind => (Type & DirectoryBit) != 0 ? NodeKind.Directory : (Type & SymbolicLinkBit) != 0 ? NodeKind.SymbolicLink : NodeKind.File;

    /// <summary>False: a type that no file of a tree can have.</summary>
    public bool IsValid => (Type & ~HarmlessBits) is 0 or DirectoryBit or SymbolicLinkBit;
}
