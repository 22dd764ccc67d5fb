using MicroLake.Hosting;

namespace MicroLake.Shell.Programs;

/// <summary>Where the lives of services are told: the kernel's log, which dmesg shows.</summary>
public static class ServiceLog
{
    public static void Write(string line) => KernelStartup.Machine.Log(line);
}
