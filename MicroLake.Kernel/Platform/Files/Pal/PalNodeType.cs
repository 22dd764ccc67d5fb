using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Kinds of nodes as pal_io.h numbers them: S_IF* in modes, DT_* in directory entries.</summary>
internal static class PalNodeType
{
    public static int ModeBits(NodeKind kind) => DirectoryType(kind) << 12;

    public static int DirectoryType(NodeKind kind) => kind switch
    {
        NodeKind.Directory => 4,
        NodeKind.SymbolicLink => 10,
        NodeKind.CharacterDevice => 2,
        _ => 8,
    };
}
