using System.Buffers.Binary;
using System.Numerics;

namespace MicroLake.Storage;

/// <summary>CRC-32C (Castagnoli), as iSCSI (RFC 3720, appendix B.4) has it.</summary>
internal static class Checksum
{
    /// <param name="data">A whole number of 8-byte words.</param>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(data));
        return ~sum;
    }
}
