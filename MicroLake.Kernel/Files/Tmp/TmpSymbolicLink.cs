using System.Text;

namespace MicroLake.Files;

/// <summary>A symbolic link in memory.</summary>
internal sealed class TmpSymbolicLink(TmpFileSystem owner, string target) : TmpNode(owner, Modes.Everything)
{
    public override NodeKind Kind => NodeKind.SymbolicLink;

    protected override long Size { get; } = Encoding.UTF8.GetByteCount(target);

    public override Errno ReadLink(out string text)
    {
        text = target;
        return Errno.None;
    }

    protected override void Free() => Owner.Refund(TmpFileSystem.NodeCost);
}
