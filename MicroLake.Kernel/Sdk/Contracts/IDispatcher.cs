using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>The server's side of a contract.</summary>
public interface IDispatcher
{
    /// <summary>Turns a call into its answer. Whatever the message holds, it ends in an answer: nothing is thrown.</summary>
    /// <param name="payload">Memory shared with the client.</param>
    void Dispatch(ref Message message, Span<byte> payload);
}
