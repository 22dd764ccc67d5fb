namespace MicroLake.Files;

/// <summary>One member of an archive as its headers describe it, checked but not yet placed in a tree.</summary>
/// <param name="Path">Path without leading or trailing slashes and without dots; empty for the root.</param>
/// <param name="Type">Type flag of the header: '0' file, '1' hard link, '2' symbolic link, '5' directory, others.</param>
/// <param name="LinkTarget">Target of a link, else empty.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Modification">Modification time in nanoseconds since 1970.</param>
/// <param name="DataOffset">Where the data begins in the archive, in bytes.</param>
/// <param name="Size">Length of the data in bytes.</param>
/// <param name="HeaderOffset">Where the header is, for error messages.</param>
internal readonly record struct TarEntry(
    string Path, char Type, string LinkTarget, int Mode, long Modification, int DataOffset, int Size, int HeaderOffset);
