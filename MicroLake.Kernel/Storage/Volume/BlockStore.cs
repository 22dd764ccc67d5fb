namespace MicroLake.Storage;

/// <summary>A disk as blocks with checksums.</summary>
internal sealed class BlockStore
{
    /// <summary>The longest request, in blocks.</summary>
    public const int MaxRun = 64;

    private readonly BlockDevice _device;
    private readonly int _sectorsPerBlock;

    /// <exception cref="DiskFormatException">The disk is too small.</exception>
    public BlockStore(BlockDevice device)
    {
        _device = device;
        _sectorsPerBlock = DiskLayout.BlockBytes / device.SectorBytes;
        DeviceBlocks = Math.Min(device.SectorCount / _sectorsPerBlock, DiskLayout.MaxBlocks);
        if (DeviceBlocks < DiskLayout.MinBlocks)
            throw new DiskFormatException(
                $"{device.Name} has {device.SectorCount * device.SectorBytes >> 10} KiB: a disk needs {DiskLayout.MinBlocks * DiskLayout.BlockBytes >> 10}", isBlank: true);
    }

    public long DeviceBlocks { get; }

    public bool IsReadOnly => _device.IsReadOnly;

    public string Name => _device.Name;

    public void Read(long block, Span<byte> data) => _device.Read(block * _sectorsPerBlock, data);

    public void Write(long block, ReadOnlySpan<byte> data) => _device.Write(block * _sectorsPerBlock, data);

    public void Flush() => _device.Flush();

    /// <summary>Tells the device that blocks are free. It is advice: a device that does not take it is told again with the next state.</summary>
    public void Discard(long block, long count)
    {
        if (!_device.CanDiscard)
            return;
        try
        {
            _device.Discard(block * _sectorsPerBlock, count * _sectorsPerBlock);
        }
        catch (BlockDeviceException)
        {
            // Nothing is lost; a device that fails for good says so at the next write.
        }
    }

    /// <summary>Reads a block and holds it to its checksum.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    /// <exception cref="BlockDeviceException">The device did not read it.</exception>
    public string? ReadChecked(BlockPointer pointer, Span<byte> data)
    {
        if (pointer.Block >= DeviceBlocks)
            return $"disk block {pointer.Block} does not exist";
        Read(pointer.Block, data);
        return Verify(pointer, data);
    }

    /// <summary>Null, or what is wrong with a block's content.</summary>
    public static string? Verify(BlockPointer pointer, ReadOnlySpan<byte> data)
    {
        uint sum = Checksum.Of(data);
        return sum == pointer.Checksum ? null : $"disk block {pointer.Block} has checksum {sum:x8}, not {pointer.Checksum:x8}";
    }
}
