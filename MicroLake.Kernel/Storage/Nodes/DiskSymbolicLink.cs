using System.Text;
using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>A symbolic link on a disk: its target is the content of its one block.</summary>
internal sealed class DiskSymbolicLink(Volume volume, long inode, in InodeRecord record, DiskDirectory? parent, string name)
    : DiskNode(volume, inode, record, parent, name)
{
    public override NodeKind Kind => NodeKind.SymbolicLink;

    public override Errno ReadLink(out string target)
    {
        target = "";
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                CachedPage page = Tree.Find(0, 0) ?? throw new DamageException($"{Path} is damaged: the link has no target");
                target = Encoding.UTF8.GetString(page.Data.AsSpan(0, (int)Size));
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    /// <summary>Makes the block changeable that <see cref="SetTarget"/> fills.</summary>
    public CachedPage Prepare() => Tree.Dirty(0, 0, replace: true);

    public void SetTarget(CachedPage page, ReadOnlySpan<byte> target)
    {
        target.CopyTo(page.Data);
        Size = target.Length;
    }
}
