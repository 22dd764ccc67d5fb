using MicroLake.Nn;
using MicroLake.Nn.Gpu.Placement;

namespace MicroLake.Shell.Models;

/// <summary>A model in memory, under a name.</summary>
/// <param name="Name">What commands call it.</param>
/// <param name="File">The file that it came from.</param>
/// <param name="FileBytes">Size of that file.</param>
/// <param name="Model">The model.</param>
/// <param name="Placed">The model with a graphics processor beside the processor, or null.</param>
/// <param name="WhyNotPlaced">Why there is none.</param>
internal sealed record LoadedModel(string Name, string File, long FileBytes, OnnxModel Model, PlacedModel? Placed = null, string WhyNotPlaced = "");
