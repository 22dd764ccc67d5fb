using System.Text;
using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>Names of a directory in an answer: the error, whether more come after, then kind and text of each name.</summary>
internal static class Listing
{
    /// <summary>The most names that a client takes, so that no server can eat its memory.</summary>
    public const int MostNames = 1 << 17;

    /// <param name="entries">In ordinal order.</param>
    /// <param name="after">The name that the answer begins behind.</param>
    public static byte[] Write(IReadOnlyList<DirectoryEntry> entries, string after)
    {
        byte[] answer = new byte[FileContract.MostListBytes];
        MessageWriter writer = new(answer);
        writer.Write((byte)Errno.None);
        writer.Write(false);
        for (int i = FirstAfter(entries, after); i < entries.Count; i++)
        {
            if (answer.Length - writer.Length < 1 + sizeof(int) + Encoding.UTF8.GetByteCount(entries[i].Name))
            {
                answer[1] = 1;
                break;
            }

            writer.Write((byte)entries[i].Kind);
            writer.WriteString(entries[i].Name, PathLimits.NameBytes);
        }

        return answer[..writer.Length];
    }

    /// <summary>Adds the names of an answer. Each must come after the one before it, or the server might go on for ever.</summary>
    public static Errno Read(byte[] answer, List<DirectoryEntry> entries, out bool more)
    {
        more = false;
        MessageReader reader = new(answer);
        Errno error = Answer.ReadError(ref reader);
        if (error != Errno.None)
            return error;
        bool isCut = reader.ReadBoolean();
        int before = entries.Count;
        while (reader.IsValid && !reader.IsAtEnd)
        {
            var kind = (NodeKind)reader.ReadByte();
            string name = reader.ReadString(PathLimits.NameBytes);
            if (!reader.IsValid || kind > NodeKind.CharacterDevice || name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0')
                || entries.Count == MostNames
                || (entries.Count > 0 && string.CompareOrdinal(name, entries[^1].Name) <= 0))
                return Errno.EIO;
            entries.Add(new DirectoryEntry(name, kind));
        }

        more = isCut && entries.Count > before;
        return reader.IsValid ? Errno.None : Errno.EIO;
    }

    private static int FirstAfter(IReadOnlyList<DirectoryEntry> entries, string after)
    {
        int low = 0, high = entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(entries[middle].Name, after) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
