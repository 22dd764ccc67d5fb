using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Programs;

namespace MicroLake.GuestTests.Guest.Processes;

/// <summary>Programs in ring 3: what they may do, what becomes of them, and what they leave.</summary>
[Area("Processes in ring 3")]
public static class ProcessTests
{
    private const int PageFault = 14;
    private const int GeneralProtection = 13;
    private const int StackOverflow = 12;
    private const int SchedPick = 0;

    [GuestTest]
    public static void A_process_ends_with_its_status()
    {
        foreach (int status in (int[])[0, 3, 255])
        {
            (ProcessUse end, _) = ProbeRun.Of("exit", status.ToString());
            Check.Equal((ProcessEnd.Exit, status), (end.End, end.ExitCode));
        }
    }

    [GuestTest]
    public static void Arguments_go_in_and_output_comes_out()
    {
        (_, string output) = ProbeRun.Of("echo", "one", "two words", "", "drei\u00e4");
        Check.Equal("one|two words||drei\u00e4\n", output);
    }

    [GuestTest]
    public static void Output_beyond_the_ring_waits_for_its_reader()
    {
        (_, string output) = ProbeRun.Of("flood", "500");
        string[] lines = output.Split('\n');
        Check.Equal(501, lines.Length);
        for (int i = 0; i < 500; i++)
            Check.That(lines[i].StartsWith($"line {i} of 500,", StringComparison.Ordinal));
    }

    [GuestTest]
    public static void The_kernel_refuses_what_a_process_has_no_right_to()
    {
        (ProcessUse end, string output) = ProbeRun.Of("rights");
        Check.Equal("", output);
        Check.Equal((ProcessEnd.Exit, 0), (end.End, end.ExitCode));
    }

    [GuestTest]
    public static void Data_in_shared_memory_travels_without_a_copy()
    {
        foreach (string bytes in (string[])["4096", "1048576"])
        {
            MessageException.ThrowUnlessOk(HandleNumbers.CreateEndpoint(out uint endpoint));
            using var keeper = new ProbeRun(new StartHandle("service", endpoint, HandleRights.Receive), "keep");
            using var sender = new ProbeRun(new StartHandle("server", endpoint, HandleRights.Send), "copied", bytes);
            (ProcessUse end, string output) = sender.Finish();
            Check.Equal((ProcessEnd.Exit, 0, "0\n"), (end.End, end.ExitCode, output));
            MessageException.ThrowUnlessOk(HandleNumbers.Close(endpoint));
            (end, output) = keeper.Finish();
            Check.Equal((ProcessEnd.Exit, 0, ""), (end.End, end.ExitCode, output));
        }
    }

    [GuestTest]
    public static void A_signal_within_its_own_handler_waits_for_the_handlers_end()
    {
        (_, string output) = ProbeRun.Of("signals");
        Check.Equal("entered 2 times, 1 within\n", output);
    }

    [GuestTest]
    public static void Memory_of_the_kernel_and_of_code_is_out_of_reach()
    {
        foreach (string what in (string[])["write-nowhere", "read-kernel", "read-window", "read-direct-map", "write-code"])
        {
            (ProcessUse end, string output) = ProbeRun.Of(what);
            // The runtime gets the fault first: access violations are fatal to a program, and it says so.
            Check.Equal((what, ProcessEnd.Panic, ""), (what, end.End, output));
            Check.Contains("Access Violation", end.Message);
            Check.Contains("MicroLake.Probe.Faults", end.Message);
        }
    }

    [GuestTest]
    public static void Data_is_not_executed_and_privileged_instructions_are_refused()
    {
        foreach ((string what, int vector) in ((string, int)[])[("run-data", PageFault), ("privileged", GeneralProtection), ("port", GeneralProtection)])
        {
            using var run = new ProbeRun(what);
            (ProcessUse end, string output) = run.Finish();
            Check.Equal((what, ProcessEnd.Fault, vector, ""), (what, end.End, end.Fault.Vector, output));
            Check.Contains("Program.<Main>$", string.Join('\n', run.Program.DescribeEnd()));
        }
    }

    [GuestTest]
    public static void Stack_overflow_is_told_with_the_method()
    {
        using var run = new ProbeRun("overflow");
        Check.Equal(StackOverflow, run.Finish().End.Fault.Vector);
        string told = string.Join('\n', run.Program.DescribeEnd());
        Check.Contains("stack overflow", told);
        Check.Contains("MicroLake.Probe.Faults.Overflow", told);
    }

    [GuestTest]
    public static void An_exception_that_nobody_catches_ends_the_process_with_its_trace()
    {
        (ProcessUse end, _) = ProbeRun.Of("unhandled");
        Check.Equal(ProcessEnd.Panic, end.End);
        Check.Contains("InvalidOperationException: nobody catches this", end.Message);
        Check.Contains("Program.<Main>$", end.Message);
    }

    [GuestTest]
    public static void Killing_ends_a_process_that_computes_and_one_that_waits()
    {
        foreach (string what in (string[])["spin", "sleep"])
        {
            using var run = new ProbeRun(what);
            run.WaitForOutput("ing\n");
            run.Process.Kill();
            Check.Equal((what, ProcessEnd.Killed), (what, run.Finish().End.End));
        }
    }

    [GuestTest]
    public static string Quotas_hold_and_the_process_lives_on()
    {
        var told = new List<string>();
        foreach (string what in (string[])["threads", "memory", "handles", "ranges", "tables"])
        {
            (ProcessUse end, string output) = ProbeRun.Of(what);
            Check.Equal((what, ProcessEnd.Exit, 0), (what, end.End, end.ExitCode));
            if (output.Length > 0)
                told.Add(output.Trim());
        }

        return string.Join("; ", told);
    }

    [GuestTest]
    public static void Many_processes_at_once_do_not_see_each_other()
    {
        var runs = new List<ProbeRun>();
        for (int i = 0; i < 4; i++)
            runs.Add(new ProbeRun(24 << 20, "echo", $"number {i}"));
        for (int i = 0; i < runs.Count; i++)
        {
            Check.Equal($"number {i}\n", runs[i].Finish().Output);
            runs[i].Dispose();
        }

        Check.That(KernelProcess.All().All(p => p.Name != "probe"));
    }

    [GuestTest]
    public static void A_limit_that_is_too_small_is_refused_cleanly()
    {
        KernelException error = Check.Throws<KernelException>(() => new ProbeRun(1 << 20, "exit").Dispose());
        Check.Equal(Status.OutOfMemory, error.Status);
    }

    /// <summary>Nobody else wants the processor, so that all of it would be the process's without a limit.</summary>
    [GuestTest]
    public static string A_share_of_processor_time_is_not_exceeded_however_idle_the_machine_is()
    {
        using var run = new ProbeRun(ProbeRun.Limits(32 << 20) with { ProcessorPercent = 20 }, "spin");
        run.WaitForOutput("spinning");
        TimeSpan start = Inspection.Uptime(), used = run.Process.Information().ProcessorTime;
        Thread.Sleep(600);
        double share = (run.Process.Information().ProcessorTime - used) / (Inspection.Uptime() - start);
        Check.That(share is > 0.02 and < 0.3, $"{share:P0} of a processor instead of 20 %");
        Check.Equal(20, run.Process.Information().ProcessorPercent);
        run.Process.Kill();
        run.Process.Wait();
        return $"{share:P0}";
    }

    [GuestTest]
    public static void A_process_that_may_not_have_its_handles_is_refused_and_nothing_is_left() => Ipc.Kernel.LeavesNothing(() =>
    {
        using var console = new ProcessConsole((_, _) => { }, isTerminal: false);
        using KernelProcess process = KernelProcess.Create(
            "narrow", new ProcessLimits { MemoryPages = 64, Threads = 1, Handles = 3, HighestPriority = 32 });
        Check.Equal(Status.PeerFull, Check.Throws<KernelException>(() => console.GrantTo(process)).Status);
    });

    [GuestTest]
    public static void A_module_that_decides_for_a_process_goes_with_it()
    {
        const int processes = 32, stateBytes = 1 << 20;
        HookModule module = UnlimitedModule.Create(mostOutput: 0);
        long free = Inspection.Memory().Free;
        uint last = 0;
        for (int i = 0; i < processes; i++)
        {
            using KernelProcess process = KernelProcess.Create("decided", new ProcessLimits { MemoryPages = 64, Threads = 1, Handles = 1, HighestPriority = 32 });
            last = process.Id;
            Check.Equal(null, KernelHooks.Find(SchedPick, last));
            KernelHooks.Attach(SchedPick, module, KernelHooks.EmptyEntry, new byte[stateBytes], last);
            Check.Equal(HookMode.Active, KernelHooks.Find(SchedPick, last)?.Mode);
            Check.Equal(HookMode.Heuristic, KernelHooks.Read(SchedPick).Mode);
        }

        Check.Equal(null, KernelHooks.Find(SchedPick, last));
        Check.Equal(Status.NotFound, Check.Throws<KernelException>(() => KernelHooks.Attach(SchedPick, module, KernelHooks.EmptyEntry, new byte[64], last)).Status);
        Check.That(Inspection.Memory().Free > free - processes * (long)stateBytes / 2, "memory of modules is lost");
    }

    [GuestTest]
    public static void Output_that_cannot_be_handed_on_is_told_to_the_starter_alone()
    {
        using var console = new ProcessConsole((_, _) => throw new IOException("no paper"), isTerminal: false);
        using KernelProcess process = ProbeRun.Start(console, 32 << 20, "flood", "200").Process;
        process.Wait();
        console.Dispose();
        Check.Equal("no paper", console.Failure?.Message);
        Check.Equal(0, process.Information().ExitCode);
    }

    [GuestTest]
    public static string Ended_processes_leave_nothing()
    {
        Batch();
        Usage before = Usage.Now();
        // A batch uses more than 20 MiB.
        Batch();
        return Usage.LeftSince(before);
    }

    [GuestTest]
    public static string Random_kernel_calls_do_the_kernel_no_harm()
    {
        string told = FuzzRun.For(20_000);
        Check.Equal(ProcessEnd.Exit, ProbeRun.Of("rights").End.End);
        return told;
    }

    [GuestTest]
    public static string Programs_changed_at_random_do_the_kernel_no_harm()
    {
        string told = MutantRun.For(24);
        Check.Equal(ProcessEnd.Exit, ProbeRun.Of("rights").End.End);
        return told;
    }

    [GuestTest]
    public static void A_process_that_takes_its_own_ground_away_can_be_ended()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var run = new ProbeRun("fuzz-end", seed.ToString());
            // Most end by themselves; a handler may return to what it was called for, again and again.
            if (!run.Process.Wait(TimeSpan.FromMilliseconds(500)))
                run.Process.Kill();
            Check.That(run.Finish().End.End != ProcessEnd.None);
        }
    }

    [GuestTest]
    public static void Whoever_waits_for_a_process_learns_that_it_was_given_up() => Ipc.Kernel.LeavesNothing(() =>
    {
        for (int i = 0; i < 20; i++)
        {
            using ProbeRun? run = i % 2 == 0 ? new ProbeRun("exit") : null;
            KernelProcess process = run?.Process
                ?? KernelProcess.Create("idle", new ProcessLimits { MemoryPages = 64, Threads = 1, Handles = 3, HighestPriority = 32 });
            Thread[] waiters = [.. Enumerable.Range(0, 3).Select(n => Ipc.Kernel.Start($"waiter {n}", () =>
            {
                try
                {
                    process.Wait();
                }
                catch (KernelException gone)
                {
                    Check.Equal(Status.NotFound, gone.Status);
                }
            }))];
            process.Dispose();
            foreach (Thread waiter in waiters)
                waiter.Join();
        }
    });

    private static void Batch()
    {
        foreach (string what in (string[])["exit", "threads", "handles", "unhandled", "run-data", "overflow", "flood"])
            _ = ProbeRun.Of(what, "0");
        using var run = new ProbeRun("spin");
        run.WaitForOutput("spinning");
    }
}
