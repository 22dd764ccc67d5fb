namespace MicroLake.Sdk;

/// <summary>The label of an answer: how the server took the call.</summary>
public enum ReplyCode : ulong
{
    Ok = 0,

    /// <summary>The message belongs to another contract.</summary>
    UnknownContract = 1,

    /// <summary>The client is newer than the server.</summary>
    UnsupportedVersion = 2,

    /// <summary>The contract has no such method in the client's version.</summary>
    UnknownMethod = 3,

    /// <summary>A field of the message is not what the contract says.</summary>
    BadMessage = 4,

    /// <summary>The service threw an exception, or its result is longer than the contract says.</summary>
    Failed = 5,

    /// <summary>There is no such thing as the call asks for.</summary>
    NotFound = 6,

    /// <summary>The client may not do this.</summary>
    NotPermitted = 7,

    /// <summary>The service does as much for others as it can.</summary>
    Busy = 8,
}
