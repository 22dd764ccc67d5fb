using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.Sdk;

// The system's /tmp: files in the memory of this process, which the kernel mounts and starts again, empty, should it die. They end with the
// process: told to end, it does so at once, and calls that it has taken fail like all that come later.
// The rest of the heap is for the collector: a file system that fills it all would end in lack of memory instead of lack of space.
long quota = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;
var tree = new VirtualFileSystem();
tree.Mount("/", new TmpFileSystem(quota));
return ServiceProgram.Serve(new FileConnector(tree).Dispatcher);
