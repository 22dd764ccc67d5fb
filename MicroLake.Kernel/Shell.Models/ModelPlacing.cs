using MicroLake.Drivers;
using MicroLake.Nn;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Shell.Models;

/// <summary>Gives models that are loaded to the graphics processor, too, where there is one that can run them.</summary>
internal static class ModelPlacing
{
    private const int MostWaiting = 16;

    /// <summary>The commands that run models are one client.</summary>
    private static readonly FairClient s_client = new("model", 1, MostWaiting, isUrgent: false);

    /// <returns>Null with the reason, or the model.</returns>
    public static (PlacedModel? Placed, string WhyNot) Place(CommandContext context, OnnxModel model)
    {
        if (context.Shell.Services.Find<GpuService>() is not { } service)
            return (null, "this machine has no GPU that computes: start it with --gpu virgl");
        try
        {
            PlacedModel? placed = PlacedModel.TryCreate(model, service, s_client, context.Shell.Services.Find<PlacementDecision>());
            return (placed, placed is null ? "the model does not begin with dense layers that the GPU runs" : "");
        }
        catch (DeviceException error)
        {
            return (null, $"the GPU cannot run this model: {error.Message}");
        }
    }
}
