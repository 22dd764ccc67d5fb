using System.Buffers.Binary;
using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>What the inode table holds of a file, directory or link: 64 bytes.</summary>
internal struct InodeRecord
{
    private const byte FileKind = 1;
    private const byte DirectoryKind = 2;
    private const byte LinkKind = 3;

    public NodeKind Kind;
    public int Mode;

    /// <summary>Names that lead here; of a directory 2 and one for each directory in it. 0: only open files led here when this was written.</summary>
    public int Links;

    public long Size;
    public NodeTimes Times;
    public BlockPointer Root;
    public int Height;

    /// <summary>Reads a record. False: no state that was ever written looks like this.</summary>
    /// <param name="data">The record's bytes.</param>
    /// <param name="record">What it says; without links where it is free.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, out InodeRecord record)
    {
        record = default;
        byte kind = data[0];
        if (kind == 0)
            return true;
        record.Kind = kind switch { FileKind => NodeKind.File, DirectoryKind => NodeKind.Directory, _ => NodeKind.SymbolicLink };
        record.Height = data[1];
        record.Mode = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        record.Links = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        record.Size = BinaryPrimitives.ReadInt64LittleEndian(data[8..]);
        record.Times = new NodeTimes(
            BinaryPrimitives.ReadInt64LittleEndian(data[16..]), BinaryPrimitives.ReadInt64LittleEndian(data[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(data[32..]), BinaryPrimitives.ReadInt64LittleEndian(data[40..]));
        record.Root = BlockPointer.Read(data[48..]);
        return kind <= LinkKind && record.Links >= 0 && record.Height <= DiskLayout.MaxHeight && record.Mode <= Modes.Mask
            && record.Size is >= 0 and <= DiskLayout.MaxFileBytes
            && (kind != LinkKind || record.Size <= PathLimits.PathBytes);
    }

    public readonly void Write(Span<byte> data)
    {
        data.Clear();
        data[0] = Kind switch { NodeKind.File => FileKind, NodeKind.Directory => DirectoryKind, _ => LinkKind };
        data[1] = (byte)Height;
        BinaryPrimitives.WriteUInt16LittleEndian(data[2..], (ushort)Mode);
        BinaryPrimitives.WriteInt32LittleEndian(data[4..], Links);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(data[16..], Times.Access);
        BinaryPrimitives.WriteInt64LittleEndian(data[24..], Times.Modification);
        BinaryPrimitives.WriteInt64LittleEndian(data[32..], Times.Change);
        BinaryPrimitives.WriteInt64LittleEndian(data[40..], Times.Birth);
        Root.Write(data[48..]);
    }
}
