using MicroLake.Abi;
using MicroLake.GuestTests.Guest.Ipc;
using MicroLake.Hosting;
using MicroLake.Sdk;
using MicroLake.Services.Supervision;

namespace MicroLake.GuestTests.Guest.Services;

/// <summary>Services start, end, find each other, and leave nothing.</summary>
[Area("Services: supervision and names (MicroLake.Services.Supervision)")]
public static class SupervisorTests
{
    [GuestTest]
    public static void Starting_and_stopping_at_the_same_time_ends_in_one_or_the_other() => Kernel.LeavesNothing(() =>
    {
        using var services = new EchoServices();
        for (int i = 0; i < 8; i++)
        {
            Thread stopper = Kernel.Start("stopper", () =>
            {
                while (!services.Supervisor.Stop("echo"))
                    Thread.Yield();
            });
            try
            {
                services.Start("echo");
            }
            catch (ManifestException error)
            {
                Check.Contains("stopped before it had started", error.Message);
            }

            stopper.Join();
            Check.Equal(0, services.Supervisor.All().Count);
        }
    });

    [GuestTest]
    public static void A_name_that_is_used_again_leads_to_another_generation() => Kernel.LeavesNothing(() =>
    {
        using var services = new EchoServices();
        Check.Equal(1u, services.Start("echo").Use.Generation);
        Check.That(services.Supervisor.Stop("echo"));
        Check.Equal(Status.NotFound, services.Supervisor.Names.TryFind("echo", out _, out _));
        Check.Equal(2u, services.Start("echo").Use.Generation);
    });

    [GuestTest]
    public static void A_process_finds_the_services_that_it_may_look_up() => Kernel.LeavesNothing(() =>
    {
        using var services = new EchoServices();
        services.Start("echo", ", \"arguments\": [\"40\"]");
        services.Start("hidden");
        services.Start("peer", ", \"lookups\": [\"echo\", \"gone*\"]");
        services.Start("loner");
        using Channel peer = services.Open("peer"), loner = services.Open("loner");
        Check.Equal((Status.Ok, 6ul, 41ul), EchoServices.Call(peer, 6, EchoServices.Word("echo")));
        Check.Equal(100 + (ulong)ReplyCode.NotPermitted, EchoServices.Call(peer, 6, EchoServices.Word("hidden")).Label);
        Check.Equal(100 + (ulong)ReplyCode.NotPermitted, EchoServices.Call(peer, 6, EchoServices.Word("nowhere")).Label);
        Check.Equal(100 + (ulong)ReplyCode.NotFound, EchoServices.Call(peer, 6, EchoServices.Word("gone.1")).Label);

        // Where the name was granted, it leads to the next generation, too.
        Check.That(services.Supervisor.Stop("echo"));
        Check.Equal(100 + (ulong)ReplyCode.NotFound, EchoServices.Call(peer, 6, EchoServices.Word("echo")).Label);
        services.Start("echo", ", \"arguments\": [\"70\"]");
        Check.Equal((Status.Ok, 6ul, 71ul), EchoServices.Call(peer, 6, EchoServices.Word("echo")));
        Check.Equal(Status.PeerClosed, EchoServices.Call(loner, 6, EchoServices.Word("echo")).Status);
    });

    [GuestTest]
    public static void A_process_has_the_channels_that_its_manifest_grants() => Kernel.LeavesNothing(() =>
    {
        using var services = new EchoServices();
        string grant = ", \"grants\": [{ \"service\": \"echo\", \"as\": \"friend\" }]";
        Check.Contains("\"echo\" cannot be granted: no service of that name runs",
            Check.Throws<ManifestException>(() => services.Start("peer", grant)).Message);
        services.Start("echo", ", \"arguments\": [\"10\"]");
        services.Start("peer", grant);
        using Channel peer = services.Open("peer");
        Check.Equal((Status.Ok, 7ul, 11ul), EchoServices.Call(peer, 7, EchoServices.Word("friend")));
    });

    [GuestTest]
    public static void What_a_service_writes_is_logged_by_lines()
    {
        using var services = new EchoServices();
        services.Start("echo");
        using Channel channel = services.Open("echo");
        Check.Equal(Status.Ok, EchoServices.Call(channel, EchoServices.Count).Status);
        Check.That(services.Supervisor.Stop("echo"));
        // The supervisor's own line, that the generation has started, may stand before or after the service's first.
        Check.Contains("echo: serving\n", services.Log);
        Check.Contains("echo: no more calls\necho: ended with status 0", services.Log);
    }

    [GuestTest]
    public static string A_service_that_is_killed_under_load_loses_and_doubles_nothing() => KillRun.For(kills: 20);
}
