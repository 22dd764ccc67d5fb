using System.Globalization;
using MicroLake.Nn;
using MicroLake.Nn.Csv;
using MicroLake.Nn.Training;
using MicroLake.Replay.Models;

namespace MicroLake.ModelTool.Training;

/// <summary>Makes the parts of a module from a seed: the same bytes every time.</summary>
internal static class ModuleTrainer
{
    private const double LearningRate = 2e-3;

    /// <summary>Rows in golden.csv.</summary>
    private const int GoldenRows = 16;

    /// <param name="share">Of the usual data; tests take less.</param>
    public static TrainedModule Train(ITrainee trainee, ulong seed, double share = 1)
    {
        TrainingData data = trainee.Generate(seed, share);
        TrainingResult result = Fit(trainee, data, seed, trainee.Epochs);
        byte[] model = Write(trainee, result, seed);
        return new(model, Golden(trainee, model, data), ModuleManifestWriter.Write(trainee, result.Scaler), data, result);
    }

    /// <summary>A model that decides while more data is generated.</summary>
    public static OnnxModel Draft(ITrainee trainee, TrainingData data, ulong seed, int epochs) =>
        OnnxModel.Load(Write(trainee, Fit(trainee, data, seed, epochs), seed));

    private static TrainingResult Fit(ITrainee trainee, TrainingData data, ulong seed, int epochs)
    {
        var random = new SeededRandom(seed);
        DenseNetwork network = DenseNetwork.Create([data.Features, trainee.Hidden, 1], Activation.Relu, Activation.Identity, random);
        return Trainer.Train(network, data, trainee.Loss, new Adam(LearningRate), new() { Epochs = epochs, Patience = 3 }, random);
    }

    private static byte[] Write(ITrainee trainee, TrainingResult result, ulong seed) => OnnxWriter.Write(result.Network, trainee.Name,
    [
        .. FeatureMetadata.Describe(trainee.Features, result.Scaler),
        new("microlake.hook", trainee.Hook), new("microlake.seed", seed.ToString(CultureInfo.InvariantCulture)),
    ]);

    /// <summary>Rows from all over the data, with what the written file says of them.</summary>
    private static byte[] Golden(ITrainee trainee, byte[] model, TrainingData data)
    {
        RowScorer scorer = RowScorer.Create(OnnxModel.Load(model), 1, data.Features, trainee.Hook);
        using var bytes = new MemoryStream();
        using (var writer = new CsvWriter(bytes))
        {
            writer.WriteHeader([.. trainee.Features.Select(f => f.Name), "output"]);
            for (int i = 0; i < GoldenRows; i++)
            {
                data.Row((int)((long)i * data.Rows / GoldenRows)).CopyTo(scorer.Rows);
                scorer.Run();
                writer.WriteRow([.. scorer.Rows, scorer.Scores[0]]);
            }
        }

        return bytes.ToArray();
    }
}
