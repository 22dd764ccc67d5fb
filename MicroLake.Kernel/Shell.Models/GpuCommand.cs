using System.Globalization;
using MicroLake.Drivers;
using MicroLake.Nn.Gpu;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Shell.Models;

[Command("gpu", "Shows the GPU that runs networks, or checks it",
    Usage = """
        [--json]
        check [COUNT]
        weight CLIENT N
        """,
    Details = """
        check compares COUNT random networks (10 without a number) on the GPU with the reference kernels of the processor,
        each with other widths and activations, and kills the context of every second one to show that it is repaired.
        weight gives a client N times the share of one with weight 1.
        """)]
internal sealed class GpuCommand : ICommand
{
    private const int UsualCount = 10;
    private const int MostCount = 100_000;
    private const int MostWeight = 100;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        string? verb = arguments.Optional();
        if (verb is not (null or "check" or "weight"))
            throw new CommandException($"gpu: there is no '{Printable.Shorten(verb)}'", "use gpu check, gpu weight, or gpu alone", CommandException.Usage);
        if (verb == "weight")
        {
            SetWeight(context, arguments);
            return;
        }

        int count = UsualCount;
        if (verb is not null && arguments.Optional() is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is 0 or > MostCount))
            throw arguments.Error($"COUNT is a number from 1 to {MostCount}");
        arguments.End();
        GpuService service = Find(context);
        if (verb is null)
            Show(context, service, json);
        else
            Check(context, service, count);
    }

    public IEnumerable<string> Complete(CompletionRequest request) => request.Words.Count == 0 ? ["check", "weight"] : [];

    private static void Show(CommandContext context, GpuService service, bool json)
    {
        Table table = new(new Column("part", "name"), new Column("is", "value"));
        table.Add("device", service.Gpu.Device.Name);
        table.Add("state", service.Gpu.Device.Failure ?? service.Gpu.State);
        table.Add("requests done", service.Requests.ToString(CultureInfo.InvariantCulture));
        table.Add("requests waiting", service.Queued.ToString(CultureInfo.InvariantCulture));
        table.Add("time in use", Duration.Short(service.Busy.TotalNanoseconds));
        foreach (FairClient client in service.Clients)
        {
            double share = service.Busy > TimeSpan.Zero ? client.Busy / service.Busy : 0;
            table.Add($"client {client.Name}", string.Create(CultureInfo.InvariantCulture,
                $"weight {client.Weight}, {client.Requests} requests, {Duration.Short(client.Busy.TotalNanoseconds)} ({share:P0}), {ByteSize.Format(client.CopiedBytes)} copied, {ByteSize.Format(client.LentBytes)} in place"));
        }

        table.Write(context, json);
    }

    private static GpuService Find(CommandContext context) => context.Shell.Services.Find<GpuService>()
        ?? throw new CommandException("this machine has no GPU that computes", "start it with --gpu virgl");

    private static void SetWeight(CommandContext context, ArgumentReader arguments)
    {
        string name = arguments.Required("CLIENT");
        if (!int.TryParse(arguments.Required("N"), NumberStyles.None, CultureInfo.InvariantCulture, out int weight) || weight is 0 or > MostWeight)
            throw arguments.Error($"N is a number from 1 to {MostWeight}");
        arguments.End();
        foreach (FairClient client in Find(context).Clients)
        {
            if (client.Name != name)
                continue;
            client.Weight = weight;
            return;
        }

        throw new CommandException($"gpu: there is no client '{Printable.Shorten(name)}'", "see gpu");
    }

    private static void Check(CommandContext context, GpuService service, int count)
    {
        float worst = 0;
        int repairs = 0;
        using (ProgressLine progress = context.Progress("networks"))
        {
            for (int i = 0; i < count; i++)
            {
                string network = "";
                try
                {
                    (float difference, int repaired) = NetworkCheck.Run(service.Gpu, i, kill: i % 2 == 1, out network);
                    if (!(difference <= NetworkCheck.Tolerance))
                        throw new CommandException($"network {i} ({network}) differs from the processor by {difference:G3}", "see the log of QEMU");
                    worst = Math.Max(worst, difference);
                    repairs += repaired;
                }
                catch (DeviceException error)
                {
                    throw new CommandException($"network {i} ({network}): {error.Message}", "see the log of QEMU");
                }

                progress.Report(i + 1, count);
            }
        }

        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} networks, greatest difference {worst:G2}, {count / 2} contexts killed, {repairs} repaired"));
    }
}
