namespace MicroLake.Storage;

/// <summary>A disk that says that it is there to be overwritten: measurements write to no other.</summary>
public static class ScratchDisk
{
    /// <summary>What it begins with.</summary>
    public static ReadOnlySpan<byte> Marker => "MicroLake: this disk may be overwritten\n"u8;

    /// <summary>Whether a disk is one; not where it cannot be read or written.</summary>
    public static bool Is(BlockDevice disk)
    {
        if (disk.IsReadOnly)
            return false;
        byte[] start = new byte[disk.SectorBytes];
        try
        {
            disk.Read(0, start);
        }
        catch (BlockDeviceException)
        {
            return false;
        }

        return start.AsSpan().StartsWith(Marker);
    }
}
