using MicroLake.Files.Remote;
using MicroLake.HostTests.Sdk;

namespace MicroLake.HostTests.Files.Remote;

/// <summary>A client and a server of files without a kernel between them.</summary>
internal static class RemoteFiles
{
    /// <param name="wire">Changes what passes, or fails it.</param>
    public static FileConnection Connect(FileServer server, out DirectChannel wire)
    {
        wire = new DirectChannel(server.Dispatcher, FileContract.SharedBytes);
        return new FileConnection(new FileServiceClient(wire));
    }
}
