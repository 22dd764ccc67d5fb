using MicroLake.Nn.Training;

namespace MicroLake.ModelTool.Training;

/// <summary>What a training gives: the parts of a module, and how it came to them.</summary>
/// <param name="Model">model.onnx.</param>
/// <param name="Golden">golden.csv: rows of features with what the model says of them.</param>
/// <param name="Manifest">manifest.json.</param>
internal sealed record TrainedModule(byte[] Model, byte[] Golden, string Manifest, TrainingData Data, TrainingResult Result);
