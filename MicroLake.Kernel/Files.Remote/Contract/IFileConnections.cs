using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>Where a service hands out channels of <see cref="IFileService"/>, each with open files of its own.</summary>
[Contract("microlake.files.connections", 1)]
internal interface IFileConnections
{
    Channel Connect();
}
