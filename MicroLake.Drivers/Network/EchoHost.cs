using System.Buffers.Binary;

namespace MicroLake.Drivers.Network;

/// <summary>Makes a machine visible on its network: answers who asks for its address (ARP, RFC 826) and for an echo (ICMP, RFC 792).</summary>
/// <param name="hardware">The card's address.</param>
/// <param name="internet">The machine's IPv4 address.</param>
public sealed class EchoHost(byte[] hardware, byte[] internet)
{
    private const int EthernetBytes = 14;
    private const ushort InternetProtocol = 0x0800;
    private const ushort AddressResolution = 0x0806;

    private const int ResolutionBytes = 28;
    private const ushort EthernetHardware = 1;
    private const ushort Request = 1;
    private const ushort Reply = 2;

    private const int InternetHeaderBytes = 20;
    private const byte Icmp = 1;
    private const int IcmpHeaderBytes = 8;
    private const byte EchoRequest = 8;
    private const byte EchoReply = 0;
    private const byte TimeToLive = 64;

    /// <summary>The answer to a frame: its length in <paramref name="answer"/>, which holds the longest frame; 0: there is none.</summary>
    public int Answer(ReadOnlySpan<byte> frame, Span<byte> answer)
    {
        if (frame.Length < EthernetBytes)
            return 0;
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            AddressResolution => AnswerResolution(frame, answer),
            InternetProtocol => AnswerEcho(frame, answer),
            _ => 0,
        };
    }

    private int AnswerResolution(ReadOnlySpan<byte> frame, Span<byte> answer)
    {
        ReadOnlySpan<byte> packet = frame[EthernetBytes..];
        bool isMine = packet.Length >= ResolutionBytes
            && BinaryPrimitives.ReadUInt16BigEndian(packet) == EthernetHardware
            && BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == InternetProtocol
            && packet[4] == hardware.Length && packet[5] == internet.Length
            && BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) == Request
            && packet.Slice(24, 4).SequenceEqual(internet);
        if (!isMine)
            return 0;
        Address(frame, answer);
        Span<byte> reply = answer.Slice(EthernetBytes, ResolutionBytes);
        packet[..6].CopyTo(reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply[6..], Reply);
        hardware.CopyTo(reply[8..]);
        internet.CopyTo(reply[14..]);
        packet.Slice(8, 10).CopyTo(reply[18..]);
        return EthernetBytes + ResolutionBytes;
    }

    private int AnswerEcho(ReadOnlySpan<byte> frame, Span<byte> answer)
    {
        ReadOnlySpan<byte> packet = frame[EthernetBytes..];
        if (packet.Length < InternetHeaderBytes + IcmpHeaderBytes)
            return 0;
        int header = (packet[0] & 0xf) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool isWhole = packet[0] >> 4 == 4 && header >= InternetHeaderBytes && total >= header + IcmpHeaderBytes && total <= packet.Length
            && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) == 0;
        if (!isWhole || packet[9] != Icmp || !packet.Slice(16, 4).SequenceEqual(internet) || Checksum(packet[..header]) != 0)
            return 0;
        ReadOnlySpan<byte> echo = packet[header..total];
        int length = EthernetBytes + InternetHeaderBytes + echo.Length;
        if (echo[0] != EchoRequest || echo[1] != 0 || Checksum(echo) != 0 || length > answer.Length)
            return 0;

        Address(frame, answer);
        Span<byte> reply = answer[EthernetBytes..length];
        packet[..InternetHeaderBytes].CopyTo(reply);
        reply[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(reply[2..], (ushort)reply.Length);
        reply[8] = TimeToLive;
        internet.CopyTo(reply[12..]);
        packet.Slice(12, 4).CopyTo(reply[16..]);
        WriteChecksum(reply[..InternetHeaderBytes], 10);
        Span<byte> message = reply[InternetHeaderBytes..];
        echo.CopyTo(message);
        message[0] = EchoReply;
        WriteChecksum(message, 2);
        return length;
    }

    /// <summary>Back to the sender.</summary>
    private void Address(ReadOnlySpan<byte> frame, Span<byte> answer)
    {
        frame.Slice(6, 6).CopyTo(answer);
        hardware.CopyTo(answer[6..]);
        frame.Slice(12, 2).CopyTo(answer[12..]);
    }

    private static void WriteChecksum(Span<byte> bytes, int at)
    {
        bytes.Slice(at, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], Checksum(bytes));
    }

    /// <summary>The complement of the sum of all words (RFC 1071); 0 over bytes that hold their right checksum.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length > 1; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length == 1)
            sum += (uint)bytes[0] << 8;
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
