using MicroLake.Bench;
using MicroLake.Tool.Workspace;

string cacheFolder = Path.Combine(Repository.Artifacts, "bench");
return BenchCommand.Create(
    () => new BenchTarget(ImageProject.Kernel.Build(), BootArchive.Make(), ProgramArchive.Make(cacheFolder)), cacheFolder).Parse(args).Invoke();
