namespace MicroLake.Sdk;

/// <summary>The label of a call: method in bits 0 to 15, version in 16 to 31, hash of the contract's name (FNV-1a) in 32 to 63.</summary>
public static class ContractLabel
{
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
