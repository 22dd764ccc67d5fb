namespace MicroLake.Sdk;

/// <summary>
/// The server refused the call, or failed in it; or its answer is not what the contract says. An implementation refuses a call by throwing it.
/// </summary>
/// <param name="code">Which.</param>
/// <param name="method">Contract and method.</param>
public sealed class ContractException(ReplyCode code, string method) : Exception($"{method}: {Explain(code)}")
{
    public ReplyCode Code { get; } = code;

    private static string Explain(ReplyCode code) => code switch
    {
        ReplyCode.UnknownContract => "the server speaks another contract; check what the channel was made for",
        ReplyCode.UnsupportedVersion => "the server is older than this client; update it",
        ReplyCode.UnknownMethod => "the server has no such method in this version",
        ReplyCode.BadMessage => "a field of the message is not what the contract says",
        ReplyCode.Failed => "the service failed",
        ReplyCode.NotFound => "there is no such thing",
        ReplyCode.NotPermitted => "the client may not do this",
        ReplyCode.Busy => "the service has as many clients as it takes; try again later",
        _ => $"the server answered {(ulong)code}, which no contract has",
    };
}
