namespace MicroLake.Files.NineP;

/// <summary>Carries 9P messages to a server and back. Exchanges of several threads may be in flight together.</summary>
public abstract class NinePTransport
{
    /// <summary>The name of what the server offers (<c>mount_tag</c> of a virtio device).</summary>
    public abstract string Tag { get; }

    /// <summary>The longest message that it carries, header included, in bytes.</summary>
    public abstract int MaxMessageBytes { get; }

    /// <summary>Sends a whole message and waits for the answer to it. Data of files lies apart, so that it is copied once.</summary>
    /// <param name="request">The message, or what comes before its data.</param>
    /// <param name="data">Data at its end.</param>
    /// <param name="response">Takes the answer as far as it fits.</param>
    /// <param name="room">Takes what the answer has beyond that. It may be written even where the answer turns out to be none.</param>
    /// <returns>How many bytes the server wrote, as the device says: not yet checked against anything.</returns>
    /// <exception cref="IOException">The device failed or is gone.</exception>
    public abstract int Exchange(ReadOnlySpan<byte> request, ReadOnlySpan<byte> data, Span<byte> response, Span<byte> room);
}
