using System.Buffers.Binary;
using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>What generated clients do with messages of every contract.</summary>
public static class ClientMessage
{
    /// <summary>Where a call's fields go: the message's words, or the memory shared with the server.</summary>
    /// <param name="most">Bytes of the longest call of this method.</param>
    public static Span<byte> FieldsOf(ref Message message, IChannel channel, int most) =>
        most <= Message.WordCount * sizeof(ulong) ? message.Bytes : channel.Payload;

    /// <summary>Sends a call whose fields are written.</summary>
    /// <exception cref="ArgumentException">A field is longer than the contract says, or than the memory that the channel shares.</exception>
    /// <exception cref="MessageException">The call did not come to its end.</exception>
    /// <exception cref="ContractException">The server refused it.</exception>
    public static void Call(ref Message message, IChannel channel, scoped in MessageWriter writer, int most, string method)
    {
        if (!writer.Fits)
            throw new ArgumentException($"{method}: a text or run of bytes is longer than the contract says, or the channel shares too little memory for it");
        if (most > message.Bytes.Length)
            message[0] = (ulong)writer.Length;
        MessageException.ThrowUnlessOk(channel.Call(ref message));
        if (message.Label == (ulong)ReplyCode.Ok)
            return;
        ServerMessage.CloseHandles(ref message);
        throw new ContractException((ReplyCode)message.Label, method);
    }

    /// <summary>A private copy of an answer's fields.</summary>
    /// <exception cref="ContractException">The answer is longer than the contract says.</exception>
    public static byte[] Fields(ref Message message, IChannel channel, int most, string method)
    {
        if (ServerMessage.TryCopyFields(ref message, most <= message.Bytes.Length ? [] : channel.Payload, most, out byte[] fields))
            return fields;
        throw Unexpected(ref message, method);
    }

    /// <summary>An answer that is a run of bytes: copied once, from where it came.</summary>
    /// <param name="most">The most bytes of the run.</param>
    /// <exception cref="ContractException">The answer is longer than the contract says.</exception>
    public static byte[] Array(ref Message message, IChannel channel, int most, string method)
    {
        bool isShared = sizeof(int) + most > message.Bytes.Length;
        ReadOnlySpan<byte> answer = isShared ? channel.Payload : message.Bytes;
        // Looked at once: the server may write another length there meanwhile.
        int length = answer.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(answer);
        if (message.HandleCount != 0 || length < 0 || length > most || length > answer.Length - sizeof(int)
            || (isShared && message[0] != (ulong)length + sizeof(int)))
            throw Unexpected(ref message, method);
        return answer.Slice(sizeof(int), length).ToArray();
    }

    /// <summary>The answer is not what the contract says.</summary>
    public static ContractException Unexpected(ref Message message, string method)
    {
        ServerMessage.CloseHandles(ref message);
        return new ContractException(ReplyCode.BadMessage, method);
    }
}
