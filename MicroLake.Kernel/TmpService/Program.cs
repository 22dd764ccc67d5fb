using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.Sdk;

// The system's /tmp: files in the memory of this process, which the kernel mounts and starts again, empty, should it die.
uint handle = StartHandles.Find("service");
if (handle == 0)
{
    Console.WriteLine("there is no endpoint: this program is a service (service load)");
    return 1;
}

// The rest of the heap is for the collector: a file system that fills it all would end in lack of memory instead of lack of space.
long quota = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;
var tree = new VirtualFileSystem();
tree.Mount("/", new TmpFileSystem(quota));
using var endpoint = new Endpoint(handle);
_ = new FileConnector(tree).Serve(endpoint);
return 0;
