using MicroLake.Replay;

namespace MicroLake.Shell.Replay;

[Command("replay", "Runs a recorded trace through policies, beside heuristics and oracles",
    Usage = """
        sched.pick LOG.swf [--servers N] [--load R] [--policy P] [--model FILE.onnx] [--json]
        mm.reclaim TRACE.csv --capacity N|BYTES [--policy P] [--model FILE.onnx] [--json]
        mm.prefetch TRACE.csv [--capacity N|BYTES] [--policy P] [--json]
        """,
    Details = """
        sched.pick reads a job log in the Standard Workload Format; --load draws its arrivals together or apart until the
        jobs ask for that share of the servers. mm.reclaim reads CSV whose first line names the columns, among them id
        (and size, time); mm.prefetch CSV with offset (in bytes) or page, or id (of a page), and file, size. A capacity is a
        number of objects, as 4000, or bytes, as 64MiB; of mm.prefetch it is 4096 pages if not said. --policy leaves the
        other models out.
        """)]
internal sealed class ReplayCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ReplayOptions options;
        try
        {
            options = ReplayOptions.Parse(arguments.Remainder());
        }
        catch (ReplayException error)
        {
            throw new CommandException($"replay: {error.Message}", "", CommandException.Usage);
        }

        try
        {
            // Half of what is free: the policies' own notes, and what the collector needs to move things, come on top of the trace.
            Replayer.Run(options, context.Output, ReplayLimits.ForMemory(FreeMemory.Of(context) / 2), context.Cancellation);
        }
        catch (ReplayException error)
        {
            throw new CommandException(error.Message, "");
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request) =>
        request.Words.Count == 0 ? ["mm.prefetch", "mm.reclaim", "sched.pick"] : PathCompletion.Complete(request.Partial);
}
