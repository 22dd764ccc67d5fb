using MicroLake.Abi;
using MicroLake.GuestTests.Guest.Ipc;
using MicroLake.Sdk;
using MicroLake.Services.Supervision;

namespace MicroLake.GuestTests.Guest.Services;

/// <summary>A service that runs gives way to another program, and its clients notice nothing.</summary>
[Area("Services: replacement while they run (MicroLake.Services.Supervision)")]
public static class ReplacementTests
{
    private const ulong Generation = 1_000_000;

    [GuestTest]
    public static string Clients_with_open_channels_lose_no_call_and_none_is_done_twice()
    {
        const int Replacements = 3, Clients = 3;
        using var services = new EchoServices();
        services.Start("echo", ", \"arguments\": [\"0\"]");
        var counts = new List<ulong>[Clients];
        bool stop = false;
        ulong latest = ulong.MaxValue;
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(i => Kernel.Start($"client {i}", () =>
        {
            counts[i] = [];
            using Channel channel = services.Open("echo");
            while (!Volatile.Read(ref stop))
            {
                (Status status, _, ulong count) = EchoServices.Call(channel, EchoServices.Count);
                counts[i].Add(status == Status.Ok ? count : ulong.MaxValue);
                Volatile.Write(ref latest, counts[i][^1]);
            }
        }))];
        for (int i = 1; i <= Replacements; i++)
        {
            WaitForGeneration(ref latest, i - 1);
            Check.Equal((uint)i + 1, services.Replace("echo", $", \"arguments\": [\"{(ulong)i * Generation}\"]").Use.Generation);
        }

        WaitForGeneration(ref latest, Replacements);
        using (Channel channel = services.Open("echo"))
            Check.Equal(Replacements * Generation, EchoServices.Call(channel, EchoServices.Count).Word / Generation * Generation);
        Volatile.Write(ref stop, true);
        foreach (Thread client in clients)
            client.Join();

        // Each process counts from its own start: every number comes once, and none is left out but the one that this thread had.
        ulong[] all = [.. counts.SelectMany(c => c).Order()];
        Check.That(all.All(c => c != ulong.MaxValue), $"{all.Count(c => c == ulong.MaxValue)} calls failed");
        Check.Equal(all.Length, all.Distinct().Count());
        for (ulong i = 0; i <= Replacements; i++)
        {
            ulong[] ofOne = [.. all.Where(c => c / Generation == i)];
            ulong missing = i == Replacements ? 1ul : 0;
            Check.Equal((i, i * Generation + 1), (i, ofOne[0]));
            Check.That((ulong)ofOne.Length + missing >= ofOne[^1] - i * Generation, $"generation {i} has lost calls");
        }

        return $"{all.Length} calls";
    }

    /// <summary>Replaces the service while it works on another thread's call; how that call ended.</summary>
    private static Status ReplaceDuringCall(EchoServices services, Channel channel, Func<Status> call, string manifest = "")
    {
        Status? outcome = null;
        Thread client = Kernel.Start("client", () => outcome = call());
        EchoServices.WaitForAnothersCall(channel);
        services.Replace("echo", manifest);
        client.Join();
        return outcome!.Value;
    }

    /// <summary>Waits until some client has had an answer from that program: on a busy machine it could be replaced before.</summary>
    private static void WaitForGeneration(ref ulong latest, int generation)
    {
        while (Volatile.Read(ref latest) / Generation != (ulong)generation)
            Thread.Sleep(1);
    }

    [GuestTest]
    public static void A_call_that_was_taken_is_finished_by_the_old_program()
    {
        using var services = new EchoServices();
        services.Start("echo");
        using Channel channel = services.Open("echo");
        Check.Equal(Status.Ok, ReplaceDuringCall(services, channel, () => EchoServices.Call(channel, 8, 1500).Status, ", \"arguments\": [\"50\"]"));
        Check.Equal(51ul, EchoServices.Call(channel, EchoServices.Count).Word);
    }

    [GuestTest]
    public static void A_program_that_never_answers_is_ended_and_only_its_caller_learns_it()
    {
        using var services = new EchoServices();
        services.Start("echo");
        using Channel channel = services.Open("echo");
        Check.Equal(Status.PeerClosed, ReplaceDuringCall(services, channel, () => EchoServices.Call(channel, 3).Status));
        Check.Equal(1ul, EchoServices.Call(channel, EchoServices.Count).Word);
        Check.Contains("does not end and is killed", services.Log);
    }

    [GuestTest]
    public static void A_program_that_does_not_start_changes_nothing()
    {
        using var services = new EchoServices();
        services.Start("echo");
        using Channel channel = services.Open("echo");
        Check.Equal(1ul, EchoServices.Call(channel, EchoServices.Count).Word);
        Check.Contains("ended with status 9 before it was ready; the old one goes on",
            Check.Throws<ManifestException>(() => services.Replace("echo", ", \"arguments\": [\"refuse\"]")).Message);
        Check.Contains("\"nobody\" cannot be granted",
            Check.Throws<ManifestException>(() => services.Replace("echo", ", \"grants\": [\"nobody\"]")).Message);
        Check.Contains("not for \"echo\"",
            Check.Throws<ManifestException>(() => services.Supervisor.Replace("echo", EchoServices.Manifest("other"), EchoServices.Program)).Message);
        Check.Contains("no service \"other\"", Check.Throws<ManifestException>(() => services.Replace("other")).Message);
        Check.Equal(2ul, EchoServices.Call(channel, EchoServices.Count).Word);
    }
}
