using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MicroLake.Abi;
using MicroLake.Nucleus;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Platform.Runtime;
using MicroLake.Platform.Threads;
using MicroLake.Tool.Workspace;
using Xunit;
using NucleusThread = MicroLake.Nucleus.Scheduling.Thread;
using NucleusThreadState = MicroLake.Nucleus.Scheduling.ThreadState;

namespace MicroLake.HostTests.Nucleus.Arch;

/// <summary>The numbers in the assembly files, against the C# structures that they reach into.</summary>
public sealed partial class AssemblyOffsetTests
{
    private const string Nucleus = "MicroLake.Kernel/Nucleus/Arch/X64";
    private const string Platform = "MicroLake.Kernel/Platform/Arch";

    /// <summary>What each <c>.set CPU_...</c>, <c>.set THREAD_...</c> and so on stands for.</summary>
    private static readonly Dictionary<string, int> s_expected = new()
    {
        ["CPU_SELF"] = Offset<PerCpu>(nameof(PerCpu.Self)),
        ["CPU_THREAD"] = Offset<PerCpu>(nameof(PerCpu.Current)),
        ["CPU_XSAVE_MASK"] = Offset<PerCpu>(nameof(PerCpu.XsaveMask)),
        ["CPU_SWITCH_LOCK"] = Offset<PerCpu>(nameof(PerCpu.SwitchLock)),
        ["CPU_FSGSBASE"] = Offset<PerCpu>(nameof(PerCpu.HasFsGsBase)),
        ["CPU_KERNEL_STACK"] = Offset<PerCpu>(nameof(PerCpu.KernelStackTop)),
        ["CPU_USER_STACK"] = Offset<PerCpu>(nameof(PerCpu.UserStackPointer)),
        ["CPU_ROOT"] = Offset<PerCpu>(nameof(PerCpu.ActiveRoot)),
        ["CPU_VECTOR_OWNER"] = Offset<PerCpu>(nameof(PerCpu.VectorOwner)),
        ["CPU_SYSTEM_CALLS"] = Offset<PerCpu>(nameof(PerCpu.SystemCalls)),
        ["CPU_SMAP"] = Offset<PerCpu>(nameof(PerCpu.HasSmap)),
        ["CPU_DIRECT_HOME"] = Offset<PerCpu>(nameof(PerCpu.DirectHome)),
        ["CPU_SWITCH_COUNT"] = Offset<PerCpu>(nameof(PerCpu.SwitchCount)),
        ["CPU_READY_REALTIME"] = Offset<PerCpu>(nameof(PerCpu.Ready)) + Offset<ReadyQueue>("_realtime") + Offset<RunQueue>("_count"),
        ["CPU_READY_FAIR"] = Offset<PerCpu>(nameof(PerCpu.Ready)) + Offset<ReadyQueue>("_fair") + Offset<FairQueue>("_count"),
        ["THREAD_KERNEL_STACK"] = Offset<NucleusThread>(nameof(NucleusThread.KernelStackTop)),
        ["THREAD_ROOT"] = Offset<NucleusThread>(nameof(NucleusThread.Root)),
        ["THREAD_PROCESS"] = Offset<NucleusThread>(nameof(NucleusThread.Process)),
        ["THREAD_COPIED_BYTES"] = Offset<NucleusThread>(nameof(NucleusThread.CopiedBytes)),
        ["THREAD_WORK"] = Offset<NucleusThread>(nameof(NucleusThread.Work)),
        ["THREAD_RSP"] = Offset<NucleusThread>(nameof(NucleusThread.Rsp)),
        ["THREAD_SAVED_BY_TRAP"] = Offset<NucleusThread>(nameof(NucleusThread.SavedByTrap)),
        ["THREAD_FS_BASE"] = Offset<NucleusThread>(nameof(NucleusThread.FsBase)),
        ["THREAD_TRAP_FRAME"] = Offset<NucleusThread>(nameof(NucleusThread.TrapFrame)),
        ["THREAD_WAIT_OBJECT"] = Offset<NucleusThread>(nameof(NucleusThread.WaitObject)),
        ["THREAD_WAIT_STATUS"] = Offset<NucleusThread>(nameof(NucleusThread.WaitStatus)),
        ["THREAD_XSAVE"] = NucleusThread.XsaveOffset,
        ["THREAD_STATE"] = Offset<NucleusThread>(nameof(NucleusThread.State)),
        ["THREAD_WAIT_KIND"] = Offset<NucleusThread>(nameof(NucleusThread.WaitKind)),
        ["THREAD_DIRECT_HOME"] = Offset<NucleusThread>(nameof(NucleusThread.DirectHome)),
        ["THREAD_CALL_SLOT"] = Offset<NucleusThread>(nameof(NucleusThread.CallSlot)),
        ["THREAD_RECEIVE_SLOT"] = Offset<NucleusThread>(nameof(NucleusThread.ReceiveSlot)),
        ["THREAD_CALL_HANDLE"] = Offset<NucleusThread>(nameof(NucleusThread.CallHandle)),
        ["THREAD_RECEIVE_HANDLE"] = Offset<NucleusThread>(nameof(NucleusThread.ReceiveHandle)),
        ["THREAD_PRIORITY"] = Offset<NucleusThread>(nameof(NucleusThread.RunNode)) + Offset<RunQueueNode>(nameof(RunQueueNode.Priority)),
        ["THREAD_VIRTUAL_RUNTIME"] = Offset<NucleusThread>(nameof(NucleusThread.VirtualRuntime)),
        ["THREAD_WAIT_NEXT"] = Offset<NucleusThread>(nameof(NucleusThread.WaitNext)),
        ["THREAD_WAIT_PREVIOUS"] = Offset<NucleusThread>(nameof(NucleusThread.WaitPrevious)),
        ["THREAD_SWITCHES"] = Offset<NucleusThread>(nameof(NucleusThread.Switches)),
        ["THREAD_CANCEL_WANTED"] = Offset<NucleusThread>(nameof(NucleusThread.CancelWanted)),
        ["THREAD_MESSAGE"] = Offset<NucleusThread>(nameof(NucleusThread.Message)),
        ["THREAD_SERVER"] = Offset<NucleusThread>(nameof(NucleusThread.Server)),
        ["THREAD_CLIENT"] = Offset<NucleusThread>(nameof(NucleusThread.Client)),
        ["THREAD_CLIENT_ENDPOINT"] = Offset<NucleusThread>(nameof(NucleusThread.ClientEndpoint)),
        ["THREAD_BASE_PRIORITY"] = Offset<NucleusThread>(nameof(NucleusThread.BasePriority)),
        ["THREAD_LENT_PRIORITY"] = Offset<NucleusThread>(nameof(NucleusThread.LentPriority)),
        ["ENDPOINT_IN_SERVICE"] = Offset<Endpoint>(nameof(Endpoint.InService)),
        ["ENDPOINT_OBSTACLES"] = Offset<Endpoint>(nameof(Endpoint.Obstacles)),
        ["ENDPOINT_SERVERS"] = Offset<Endpoint>(nameof(Endpoint.Servers)),
        ["ENDPOINT_BUSY"] = Offset<Endpoint>(nameof(Endpoint.Busy)),
        ["SLOT_HANDLE"] = Offset<HandleSlot>(nameof(HandleSlot.Handle)),
        ["SLOT_OBJECT"] = Offset<HandleSlot>(nameof(HandleSlot.Object)),
        ["SLOT_BADGE"] = Offset<HandleSlot>(nameof(HandleSlot.Badge)),
        ["MESSAGE_BADGE"] = Offset<Message>(nameof(Message.Badge)),
        ["MESSAGE_HANDLE_COUNT"] = Offset<Message>(nameof(Message.HandleCount)),
        ["STATE_RUNNING"] = (int)NucleusThreadState.Running,
        ["STATE_BLOCKED"] = (int)NucleusThreadState.Blocked,
        ["WAIT_REPLY"] = (int)WaitKind.Reply,
        ["WAIT_RECEIVING"] = (int)WaitKind.Receiving,
    };

    [Fact]
    public void Constants_for_fields_have_the_fields_offsets()
    {
        var found = new Dictionary<string, int>();
        foreach (string file in Directory.GetFiles(Repository.PathOf(Nucleus), "*.S"))
        {
            foreach (Match set in FieldConstant().Matches(File.ReadAllText(file)))
            {
                string name = set.Groups[1].Value;
                Assert.True(s_expected.TryGetValue(name, out int expected), $"{Path.GetFileName(file)}: {name} is new; say in this test which field it is");
                Assert.Equal((name, expected), (name, int.Parse(set.Groups[2].Value, CultureInfo.InvariantCulture)));
                found[name] = expected;
            }
        }
        Assert.Equal(s_expected.Keys.Order(), found.Keys.Order());
    }

    /// <summary>What messages.S reads and writes at once.</summary>
    [Fact]
    public void Fields_that_are_taken_together_lie_together()
    {
        int state = Offset<NucleusThread>(nameof(NucleusThread.State));
        Assert.Equal(0, state % 8);
        Assert.Equal(state + 1, Offset<NucleusThread>(nameof(NucleusThread.WaitKind)));
        Assert.Equal(state + 4, Offset<NucleusThread>(nameof(NucleusThread.WaitStatus)));
        Assert.Equal(state + 8, Offset<NucleusThread>(nameof(NucleusThread.DirectHome)));
        Assert.Equal(0, (int)WaitKind.None);
        Assert.Equal(0, (int)Status.Ok);
        int cancel = Offset<NucleusThread>(nameof(NucleusThread.CancelWanted));
        Assert.Equal(0, cancel % 8);
        Assert.Equal(cancel + 4, Offset<NucleusThread>(nameof(NucleusThread.HasQuota)));
        // Label and words, which it copies as 64 bytes and 8.
        Assert.Equal(72, Offset<Message>(nameof(Message.Badge)));
        Assert.Equal(0, Offset<Endpoint>(nameof(Endpoint.Header)));
        Assert.Equal(0, Offset<KernelObject>(nameof(KernelObject.Lock)));
    }

    [Fact]
    public void The_code_segment_of_a_trap_is_where_traps_looks_for_it() =>
        Assert.Equal(Offset<TrapFrame>(nameof(TrapFrame.Cs)), Number($"{Nucleus}/traps.S", @"\.set FRAME_CS, (\d+)"));

    [Fact]
    public void The_table_of_system_calls_is_as_long_as_the_entry_code_takes_it_for() =>
        Assert.Equal((int)KernelCallNumber.Limit, Number($"{Nucleus}/system_call.S", @"\.set SYSTEM_CALL_COUNT, (\d+)"));

    [Fact]
    public void System_calls_of_a_program_have_the_kernels_numbers()
    {
        string text = File.ReadAllText(Repository.PathOf("MicroLake.Kernel/Program/Arch/system_calls.S"));
        var calls = SystemCall().Matches(text).ToDictionary(
            m => m.Groups[1].Value.Replace("_", ""), m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        foreach (KernelCallNumber number in Enum.GetValues<KernelCallNumber>())
        {
            // These two are not called by name.
            if (number is KernelCallNumber.SignalSetHandler or KernelCallNumber.SignalReturn)
                Assert.Contains($"mov eax, {(int)number}\n", text);
            else if (number != KernelCallNumber.Limit)
                Assert.Equal((number, (int)number), (number, calls[number.ToString().ToLowerInvariant()]));
        }
    }

    [Theory]
    [InlineData("x64_current_cpu", nameof(PerCpu.Self))]
    [InlineData("x64_current_thread", nameof(PerCpu.Current))]
    public void Single_loads_read_the_field_that_they_say(string function, string field) =>
        Assert.Equal(Offset<PerCpu>(field), Number($"{Nucleus}/processor.S", $@"LEAF {function}\s+mov rax, gs:\[(\d+)\]"));

    [Fact]
    public void Threads_reach_their_own_block()
    {
        Assert.Equal(Offset<ThreadControlBlock>(nameof(ThreadControlBlock.Self)), Number($"{Platform}/thread.S", @"LEAF platform_thread_pointer\s+mov rax, fs:\[(\d+)\]"));
        Assert.Equal(Offset<ThreadControlBlock>(nameof(ThreadControlBlock.Errno)), Number($"{Platform}/thread.S", @"lea rax, \[rax \+ (\d+)\]"));
        // Compilers fix this one: the stack protector reads fs:0x28.
        Assert.Equal(0x28, Offset<ThreadControlBlock>(nameof(ThreadControlBlock.Canary)));
    }

    [Fact]
    public void A_trap_frame_is_what_traps_push()
    {
        string text = Read($"{Nucleus}/traps.S");
        string save = Regex.Match(text, @"\.macro PUSH_REGISTERS\n((?:    push \w+\n)+)").Groups[1].Value;
        string restore = Regex.Match(text, @"restore_registers:\n((?:    pop \w+\n)+)").Groups[1].Value;
        string[] pushed = [.. Operand().Matches(save).Select(m => m.Groups[1].Value)];
        string[] popped = [.. Operand().Matches(restore).Select(m => m.Groups[1].Value)];
        Assert.Equal(pushed.Reverse(), popped);
        // Behind the registers: the stub's vector, then what the processor pushes (Intel SDM volume 3, figure 6-9).
        Assert.Equal(
            [.. popped, "vector", "errorcode", "rip", "cs", "rflags", "rsp", "ss"],
            FieldsInOrder<TrapFrame>().Select(name => name.ToLowerInvariant()));
        Assert.Equal(22 * 8, Marshal.SizeOf<TrapFrame>());
        Assert.True(Offset<NucleusThread>(nameof(NucleusThread.TrapFrame)) + (22 * 8) <= NucleusThread.XsaveOffset);
    }

    [Fact]
    public void A_thread_fits_before_its_extended_state()
    {
        Assert.True(Marshal.SizeOf<NucleusThread>() <= NucleusThread.XsaveOffset, $"{Marshal.SizeOf<NucleusThread>()} bytes");
        // XSAVE (Intel SDM volume 1, 13.4): the area begins at a multiple of 64 bytes.
        Assert.Equal(0, NucleusThread.XsaveOffset % 64);
    }

    [Fact]
    public void Tables_of_linker_symbols_are_in_the_order_of_their_structures()
    {
        Assert.Equal(FieldsInOrder<ImageLayout.Addresses>(), Quads($"{Nucleus}/layout.S", "layout_table"));
        Assert.Equal(FieldsInOrder<ImageSymbols>(), Quads($"{Platform}/thread.S", "image_symbols"));
    }

    /// <summary>The symbols of a table of <c>.quad</c>s, spelt as the fields are: <c>__tls_image_start</c> is TlsStart.</summary>
    private static IEnumerable<string> Quads(string file, string table)
    {
        string block = Regex.Match(Read(file), $@"^{table}:\n((?:    \.quad .*\n)+)", RegexOptions.Multiline).Groups[1].Value;
        return SymbolName().Matches(block).Select(m => string.Concat(m.Value.Trim('_').Replace("image_", "", StringComparison.Ordinal)
            .Replace("boot_stack", "stack", StringComparison.Ordinal).Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])));
    }

    private static int Number(string file, string pattern)
    {
        Match match = Regex.Match(Read(file), pattern);
        Assert.True(match.Success, $"{file} has nothing like {pattern}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(file));

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);

    private static IEnumerable<string> FieldsInOrder<T>() =>
        typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => (int)Marshal.OffsetOf<T>(field.Name)).Select(field => field.Name);

    [GeneratedRegex(@"^\.set ((?:CPU|THREAD|ENDPOINT|SLOT|MESSAGE|STATE|WAIT)_\w+), (\d+)$", RegexOptions.Multiline)]
    private static partial Regex FieldConstant();

    [GeneratedRegex(@"    \w+ (\w+)\n")]
    private static partial Regex Operand();

    [GeneratedRegex(@"^CALL mk_(\w+), (\d+)$", RegexOptions.Multiline)]
    private static partial Regex SystemCall();

    [GeneratedRegex(@"(?<=[ ,])\w*[a-z]\w*")]
    private static partial Regex SymbolName();
}
