namespace MicroLake.Nn.Gpu.Placement;

/// <summary>Decides where a batch runs; true: on the graphics processor. The kernel asks at its hook <c>ml.place</c> here.</summary>
/// <param name="rows">Rows of the batch.</param>
/// <param name="multiplyAdds">What the batch takes in multiplications.</param>
/// <param name="queued">Requests that the graphics processor has.</param>
/// <param name="heuristic">What is decided if nobody knows better.</param>
public delegate bool PlacementDecision(int rows, long multiplyAdds, int queued, bool heuristic);
