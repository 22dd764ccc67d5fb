using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>
/// Calls that the runtime makes for crash dumps, control groups and the like. They fail cleanly: their callers have a
/// way to go on.
/// </summary>
internal static unsafe class UnavailableCalls
{
    [RuntimeExport("fork")]
    private static int Fork() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("execv")]
    private static int Execute(byte* path, byte** arguments) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("waitpid")]
    private static int WaitForProcess(int process, int* status, int options) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("pipe")]
    private static int Pipe(int* files) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("dup2")]
    private static int Duplicate(int from, int to) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("open")]
    private static int Open(byte* path, int flags, int mode) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("close")]
    private static int Close(int file) => Errno.Fail(Errno.BadFile);

    [RuntimeExport("read")]
    private static nint Read(int file, void* buffer, nuint length) => Errno.Fail(Errno.BadFile);

    [RuntimeExport("__xstat64")]
    private static int Stat(int version, byte* path, void* buffer) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("statfs64")]
    private static int StatFileSystem(byte* path, void* buffer) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("opendir")]
    private static void* OpenDirectory(byte* path)
    {
        _ = Errno.Fail(Errno.NotSupported);
        return null;
    }

    [RuntimeExport("readdir64")]
    private static void* ReadDirectory(void* directory) => null;

    [RuntimeExport("closedir")]
    private static int CloseDirectory(void* directory) => Errno.Fail(Errno.BadFile);

    /// <summary>/proc and /sys are read through this: there are none.</summary>
    [RuntimeExport("fopen64")]
    private static void* OpenStream(byte* path, byte* mode)
    {
        _ = Errno.Fail(Errno.NotSupported);
        return null;
    }

    [RuntimeExport("fopen")]
    private static void* OpenStreamAlias(byte* path, byte* mode) => OpenStream(path, mode);

    [RuntimeExport("fclose")]
    private static int CloseStream(void* stream) => Errno.Fail(Errno.BadFile);

    [RuntimeExport("__getdelim")]
    private static nint ReadDelimited(byte** line, nuint* length, int delimiter, void* stream) => Errno.Fail(Errno.BadFile);

    [RuntimeExport("dlopen")]
    private static void* OpenLibrary(byte* path, int mode) => null;

    [RuntimeExport("dlsym")]
    private static void* FindInLibrary(void* library, byte* name) => null;

    [RuntimeExport("sched_setaffinity")]
    private static int SetAffinity(int process, nuint bytes, void* mask) => Errno.Fail(Errno.NotSupported);
}
