using System;
using System.Collections.Generic;
using System.Threading;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>
/// The files of this process as the runtime's <c>SystemNative_*</c> calls see them. Made on first use with <c>/dev</c> and the files of the system,
/// or where nobody gives them (in the kernel itself) a <c>/tmp</c> of its own; the composition root mounts the rest.
/// </summary>
public static class PlatformFiles
{
    private static readonly Lazy<FileContext> s_context = new(Create);

    /// <summary>The tree, to mount more file systems into.</summary>
    public static VirtualFileSystem Root => Context.Tree;

    /// <summary>The console behind <c>/dev/tty</c> and descriptors 0, 1 and 2.</summary>
    public static ConsoleDevice Console { get; } = CreateConsole();

    /// <summary>The devices of this process, to add more to.</summary>
    public static DevFileSystem Devices { get; } = new(KernelImports.FillRandom);

    internal static FileContext Context => s_context.Value;

    /// <summary>A /tmp in this process's memory. What lies there lies in the managed heap, so its limit follows the heap's.</summary>
    public static FileSystem CreateTemporary() => new TmpFileSystem(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private static FileContext Create()
    {
        VirtualFileSystem tree = new();
        if (!SystemFiles.TryMount(tree))
            tree.Mount("/tmp", CreateTemporary());
        Devices.Add("tty", Console);
        Devices.Add("console", Console);
        tree.Mount("/dev", Devices);
        // Where System.Console looks for the terminal that TERM names.
        byte[]? terminfo = null;
        tree.Mount("/usr/share/terminfo/x", new FixedFileSystem(
            new Dictionary<string, Func<ReadOnlyMemory<byte>>> { [Xterm.Name] = () => terminfo ??= Xterm.Terminfo() }));
        tree.Mount("/proc/self", new FixedFileSystem(
            new Dictionary<string, Func<ReadOnlyMemory<byte>>> { ["status"] = ProcessStatus.Now }, "proc", ProcessStatus.FileSystemMagic));
        FileContext context = new(tree);
        for (int standard = 0; standard < 3; standard++)
            context.Open("/dev/tty", OpenFlags.ReadWrite, 0, out _);
        return context;
    }

    private static ConsoleDevice CreateConsole()
    {
        ConsoleDevice console = new(new KernelConsolePort())
        {
            OnInterrupt = PosixSignals.RaiseInterrupt,
            Raw = KernelImports.ConsoleIsRaw() != 0,
        };
        console.SizeChanged += TerminalInvalidation.Notify;
        return console;
    }
}
