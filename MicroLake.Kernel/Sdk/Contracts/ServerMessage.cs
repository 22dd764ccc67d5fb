using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>What generated servers do with messages of every contract.</summary>
public static class ServerMessage
{
    /// <summary>A private copy of a call's fields: its words, or as much of the shared memory as the first word says. False: it says too much.</summary>
    /// <param name="most">Bytes of the longest call of this method; more than the words hold: it is in the shared memory.</param>
    public static bool TryCopyFields(ref Message message, ReadOnlySpan<byte> payload, int most, out byte[] fields)
    {
        if (most <= message.Bytes.Length)
        {
            fields = message.Bytes[..most].ToArray();
            return true;
        }

        ulong length = message[0];
        fields = [];
        if (length > (ulong)most || length > (ulong)payload.Length)
            return false;
        fields = payload[..(int)length].ToArray();
        return true;
    }

    /// <summary>Ends a call with nothing but a code. Handles that nobody took are closed.</summary>
    public static void Refuse(ref Message message, ReplyCode code)
    {
        CloseHandles(ref message);
        message.Bytes.Clear();
        message.Label = (ulong)code;
    }

    /// <summary>Closes the handles in a message.</summary>
    public static void CloseHandles(ref Message message)
    {
        int count = (int)Math.Min(message.HandleCount, Message.MaxHandles);
        for (int i = 0; i < count; i++)
            _ = Handle.Closer(message.GetHandle(i));
        message.HandleCount = 0;
    }
}
