using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>What a generated client calls through. Calls that use <see cref="Payload"/> take turns: the client locks the channel for each.</summary>
public interface IChannel
{
    /// <summary>Memory shared with the server, for arguments and results that are longer than a message; empty: there is none.</summary>
    Span<byte> Payload { get; }

    /// <summary>Sends the message and waits for the answer, which replaces it.</summary>
    Status Call(ref Message message);
}
