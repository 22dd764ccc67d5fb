using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>Ends an operation before it has changed anything; what its caller gets is the error.</summary>
internal class FileException(Errno error, string message) : Exception(message)
{
    public Errno Error { get; } = error;
}

/// <summary>A block does not hold what was written there. The message says where.</summary>
internal sealed class DamageException(string message) : FileException(Errno.EIO, message);
