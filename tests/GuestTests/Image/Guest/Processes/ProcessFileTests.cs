using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Processes;

[Area("Files of the system in processes")]
public static class ProcessFileTests
{
    [GuestTest]
    public static void Two_processes_and_the_kernel_see_the_same_files()
    {
        string folder = $"/tmp/shared-{Environment.TickCount64}";
        Directory.CreateDirectory(folder);
        Expect(0, "", "write", $"{folder}/a", "from a process");
        Check.Equal("from a process\n", File.ReadAllText($"{folder}/a"));
        File.WriteAllText($"{folder}/b", "from the kernel\n");
        Expect(0, "from the kernel\n", "read", $"{folder}/b");
        Expect(0, "from a process\n", "read", $"{folder}/a");
        Expect(0, $"{folder}/a {folder}/b\n", "list", folder);
        Expect(0, File.ReadAllText("/boot/README"), "read", "/boot/README");
        Directory.Delete(folder, recursive: true);
    }

    [GuestTest]
    public static void Devices_and_state_of_the_kernel_are_not_among_them()
    {
        (ProcessUse end, string output) = ProbeRun.Of("read", "/proc/self/status");
        Check.Equal(0, end.ExitCode);
        Check.That(output != File.ReadAllText("/proc/self/status"), output);
        Expect(1, "", "read", "/boot/none");
        Expect(1, "", "write", "/boot/README", "x");
    }

    [GuestTest]
    public static void A_process_that_is_killed_leaves_no_open_file_and_no_lock()
    {
        string folder = $"/tmp/held-{Environment.TickCount64}";
        Directory.CreateDirectory(folder);
        ObjectStatistics before = HandleNumbers.Statistics();
        long free = new DriveInfo("/tmp").AvailableFreeSpace;
        using (var run = new ProbeRun("hold", folder))
        {
            run.WaitForOutput("holding");
            Check.That(new DriveInfo("/tmp").AvailableFreeSpace < free - 100_000);
            Check.Throws<IOException>(() => File.Open($"{folder}/locked", FileMode.Open).Dispose());
            run.Process.Kill();
        }

        File.Open($"{folder}/locked", FileMode.Open).Dispose();
        File.Delete($"{folder}/locked");
        Check.Equal(free, new DriveInfo("/tmp").AvailableFreeSpace);
        ObjectStatistics after = HandleNumbers.Statistics();
        Check.Equal(before.Handles, after.Handles);
        Check.Equal(before.Objects, after.Objects);
        Directory.Delete(folder);
    }

    private static void Expect(int status, string text, params ReadOnlySpan<string> arguments)
    {
        (ProcessUse end, string output) = ProbeRun.Of(arguments);
        Check.Equal(status, end.ExitCode);
        Check.That(text.Length == 0 || text == output, output);
    }
}
