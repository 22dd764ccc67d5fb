using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace MicroLake.GuestTests.Suites;

[Area("Processes, native libraries, named system objects", Works = false)]
public static class SystemProbes
{
    [GuestTest]
    public static string Starting_a_process() => Absent.Fails(() => Process.Start("/boot/program")?.Dispose());

    [GuestTest]
    public static string Loading_a_native_library() => Absent.Fails(() => NativeLibrary.Load("libnothing.so"));

    [GuestTest]
    public static string Mapping_a_file_by_name() =>
        Absent.Fails(() => MemoryMappedFile.CreateNew("shared", 4096).Dispose());

    [GuestTest]
    public static string A_named_event() =>
        Absent.Fails(() => new EventWaitHandle(false, EventResetMode.AutoReset, "name").Dispose());
}

[Area("Culture data, time zone data", Works = false)]
public static class CultureProbes
{
    [GuestTest]
    public static string A_culture_other_than_the_invariant() => Absent.Fails(() => _ = new CultureInfo("de-DE"));

    [GuestTest]
    public static string A_named_time_zone() => Absent.Fails(() => TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
}
