using MicroLake.Bench;
using MicroLake.Tool.Workspace;

return BenchCommand.Create(
    () => new BenchTarget(ImageProject.Kernel.Build(), BootArchive.Make()),
    Path.Combine(Repository.Artifacts, "bench")).Parse(args).Invoke();
