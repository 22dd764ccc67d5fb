namespace MicroLake.HostTests.Nn;

/// <summary>Changes a few bytes of a file: flips, replacements, insertions, removals, repeats, truncation.</summary>
internal static class Mutation
{
    private static readonly byte[] s_edges = [0, 1, 0x7F, 0x80, 0xFF, (byte)',', (byte)'\n', (byte)'"', (byte)'-', (byte)'9'];

    public static byte[] Apply(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        int changes = 1 + random.Next(4);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(bytes.Count - at, 1 + random.Next(16));
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = s_edges[random.Next(s_edges.Length)]; break;
                case 2: bytes[at] = (byte)random.Next(256); break;
                case 3: bytes.Insert(at, s_edges[random.Next(s_edges.Length)]); break;
                case 4: bytes.RemoveRange(at, length); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default:
                    if (random.Next(8) == 0)
                        bytes.RemoveRange(at, bytes.Count - at);
                    else
                        bytes[at]++;
                    break;
            }
        }

        return [.. bytes];
    }
}
