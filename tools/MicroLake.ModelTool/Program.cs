using MicroLake.ModelTool;
using MicroLake.ModelTool.Training;
using MicroLake.Replay;

string[] forms = [$"replay {ReplayOptions.Usage}", $"train {string.Join('|', TrainCommand.Names)} [--seed N] [--out DIR]"];
try
{
    switch (args)
    {
        case ["replay", .. string[] rest]:
            Replayer.Run(ReplayOptions.Parse(rest), Console.Out, ReplayLimits.Host);
            return 0;
        case ["train", .. string[] rest]:
            TrainCommand.Run(rest);
            return 0;
        default:
            throw new ReplayException("use: " + string.Join(" | ", forms));
    }
}
catch (Exception failure) when (failure is ReplayException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {failure.Message}");
    return 1;
}
