using MicroLake.Abi;
using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Platform.Files;
using MicroLake.Sdk;
using MicroLake.Services.Files;

namespace MicroLake.Services.Programs;

/// <summary>A program in a process of its own. Disposing it ends it and gives all that it had back.</summary>
public sealed class RunningProgram : IDisposable
{
    private const ulong PageBytes = 4096;
    private const ulong StackBytes = 1 << 20;
    private const ulong FirstHash = 0xCBF29CE484222325, HashPrime = 0x100000001B3;

    private readonly ElfProgram _program;
    private readonly ulong _base;
    private readonly FileSession? _files;
    private readonly Tenant? _tenant;
    private readonly Lazy<ProgramSymbols?> _symbols;

    private RunningProgram(KernelProcess process, ElfProgram program, ulong baseAddress, FileSession? files, Tenant? tenant)
    {
        Process = process;
        _program = program;
        _base = baseAddress;
        _files = files;
        _tenant = tenant;
        _symbols = new Lazy<ProgramSymbols?>(() => ProgramSymbols.Find(program));
    }

    public KernelProcess Process { get; }

    /// <summary>Loads a program into a new process and starts it.</summary>
    /// <param name="name">What ps shows.</param>
    /// <param name="arguments">The program's own name first.</param>
    /// <param name="console">Where it reads and writes; null: nowhere.</param>
    /// <param name="handles">Of which the process gets duplicates; null: none.</param>
    /// <param name="files">What it sees of the system's files (<see cref="ProcessFiles"/>); null: nothing.</param>
    /// <param name="tenant">The group that its process belongs to; null: none.</param>
    /// <exception cref="ArgumentException">The arguments are too long.</exception>
    /// <exception cref="KernelException">The process or its memory cannot be had.</exception>
    public static RunningProgram Start(ElfProgram program, string name, IReadOnlyList<string> arguments, ProcessLimits limits, ProcessConsole? console,
        IReadOnlyList<StartHandle>? handles = null, VirtualFileSystem? files = null, string? tenant = null)
    {
        Tenant? group = tenant is null ? null : Tenant.Hold(tenant);
        KernelProcess? process = null;
        FileSession? session = null;
        try
        {
            process = KernelProcess.Create(name, Identified(limits, name, arguments, group));
            LoadedProgram loaded = LoadedProgram.Of(program);
            ulong baseAddress = loaded.Base;
            foreach (ElfSegment segment in program.Segments)
                Load(process, loaded, segment);
            var given = new List<(string, uint)>(console?.GrantTo(process) ?? []);
            if (files is not null)
                given.Add((SystemFiles.HandleName, process.Give(StartSession(files, name, out session))));
            foreach (StartHandle handle in handles ?? [])
                given.Add((handle.Name, process.GiveDuplicate(handle.Handle, handle.Rights, handle.Badge)));
            byte[] start = StartBlock.Build(arguments, [], given);
            ulong stackHigh = AddStack(process, out ulong stackLow);
            ulong block = (stackHigh - (ulong)start.Length) & ~15ul;
            process.Write(block, start);
            process.Start(baseAddress + program.Entry, block, stackLow, block);
            return new RunningProgram(process, program, baseAddress, session, group);
        }
        catch
        {
            process?.Dispose();
            session?.Dispose();
            group?.Dispose();
            throw;
        }
    }

    /// <summary>How the program ended, in one line, and where its code was if it did not end well.</summary>
    public IReadOnlyList<string> DescribeEnd()
    {
        ProcessUse use = Process.Information();
        var lines = new List<string>();
        switch (use.End)
        {
            case ProcessEnd.Fault:
                lines.Add(FaultText.Describe(use.Fault));
                lines.Add($"  at {Describe(use.Fault.Instruction)}");
                break;
            case ProcessEnd.Panic:
                lines.AddRange(use.Message.TrimEnd().Split('\n'));
                break;
        }

        // A return address may already be the first byte of the next method.
        foreach (ulong frame in use.Frames)
            lines.Add($"  from {Describe(frame - 1)}");
        return lines;
    }

    public void Dispose()
    {
        Process.Dispose();
        _files?.Dispose();
        _tenant?.Dispose();
    }

    /// <summary>The kernel learns how long programs run by their names, and with these arguments, unless the limits say what tells them apart.</summary>
    private static ProcessLimits Identified(ProcessLimits limits, string name, IReadOnlyList<string> arguments, Tenant? group)
    {
        ulong program = Mix(FirstHash, name), command = program;
        for (int i = 1; i < arguments.Count; i++)
            command = Mix(command, arguments[i]);
        limits.Program = limits.Program != 0 ? limits.Program : program;
        limits.Command = limits.Command != 0 ? limits.Command : command;
        limits.Tenant = group?.Number ?? 0;
        return limits;
    }

    /// <summary>FNV-1a, of a text and its end.</summary>
    private static ulong Mix(ulong hash, string text)
    {
        foreach (char c in text)
            hash = (hash ^ c) * HashPrime;
        return (hash ^ char.MaxValue) * HashPrime;
    }

    private string Describe(ulong address) =>
        address >= _base && address - _base < _program.Segments[^1].End ? _symbols.Value?.Describe(address - _base) ?? Hexadecimal(address) : Hexadecimal(address);

    private static string Hexadecimal(ulong address) => $"0x{address:x}";

    private static uint StartSession(VirtualFileSystem files, string name, out FileSession session)
    {
        try
        {
            session = FileSession.Start(files, ProcessFiles.OpenFiles, $"files {name}", out Channel channel);
            return channel.Detach();
        }
        catch (MessageException error)
        {
            throw new KernelException(error.Status, $"files for the process cannot be had: {error.Message}");
        }
    }

    private static void Load(KernelProcess process, LoadedProgram loaded, ElfSegment segment)
    {
        ulong first = segment.Address & ~(PageBytes - 1);
        bool isConstant = (segment.Protection & (Protection.Read | Protection.Write)) == Protection.Read && segment.MemoryBytes == (ulong)segment.Data.Length;
        if (isConstant && !segment.Data.IsEmpty)
        {
            process.Map(loaded.Base + first, loaded.Constants(segment));
            return;
        }

        ulong end = (segment.End + PageBytes - 1) & ~(PageBytes - 1);
        _ = process.Reserve(loaded.Base + first, end - first, segment.Protection);
        process.Write(loaded.Base + segment.Address, loaded.Data(segment).Span);
    }

    private static ulong AddStack(KernelProcess process, out ulong stackLow)
    {
        // The guard is a part of the same reservation that is never made accessible.
        ulong guard = process.Reserve(0, StackBytes + PageBytes, Protection.None);
        stackLow = guard + PageBytes;
        process.Protect(stackLow, StackBytes, Protection.Read | Protection.Write);
        return stackLow + StackBytes;
    }
}
