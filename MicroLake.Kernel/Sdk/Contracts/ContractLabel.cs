namespace MicroLake.Sdk;

/// <summary>The label of a call: method in bits 0 to 15, version in 16 to 31, hash of the contract's name (FNV-1a) in 32 to 63.</summary>
public static class ContractLabel
{
    /// <summary>
    /// The label of the one call that is of no contract: a handle to memory that the client shares from now on, and its bytes in the first word.
    /// Without a handle it is a question whose answer says that all calls before it are done with that memory.
    /// </summary>
    public const ulong SharePayload = 0;

    /// <summary>Whose method it is; <see cref="ReplyCode.Ok"/>: one of this contract, in a version that the server serves.</summary>
    public static ReplyCode Check(ulong label, uint contract, int version, out int method, out int clientVersion)
    {
        method = (ushort)label;
        clientVersion = (ushort)(label >> 16);
        if ((uint)(label >> 32) != contract)
            return ReplyCode.UnknownContract;
        return clientVersion >= 1 && clientVersion <= version ? ReplyCode.Ok : ReplyCode.UnsupportedVersion;
    }
}
