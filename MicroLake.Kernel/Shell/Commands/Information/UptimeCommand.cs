namespace MicroLake.Shell.Commands;

[Command("uptime", "Shows how long the system has run, and how idle it was")]
internal sealed class UptimeCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        TimeSpan uptime = context.System.Uptime;
        double available = uptime.TotalSeconds * Math.Max(1, context.System.Identity.ProcessorCount);
        double idle = available <= 0 ? 0 : Math.Clamp(context.System.IdleTime.TotalSeconds / available, 0, 1);
        context.Output.WriteLine($"up {Duration.Clock(uptime)}, idle {idle * 100:0.0} %");
    }
}
