namespace MicroLake.Shell.Commands;

/// <summary>The display, for commands that need one.</summary>
internal static class Screen
{
    /// <exception cref="CommandException">The machine has none.</exception>
    public static IScreen Of(CommandContext context, string command) =>
        context.Shell.Services.Find<IScreen>() ?? throw new CommandException($"{command}: this machine has no display", "start it with: ./build.sh run --gpu 2d");
}
