using MicroLake.Nn;

namespace MicroLake.Shell.Models;

/// <summary>A model in memory, under a name.</summary>
/// <param name="Name">What commands call it.</param>
/// <param name="File">The file that it came from.</param>
/// <param name="FileBytes">Size of that file.</param>
internal sealed record LoadedModel(string Name, string File, long FileBytes, OnnxModel Model);
