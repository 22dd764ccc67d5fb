using MicroLake.Nn;
using MicroLake.Nn.Training;

namespace MicroLake.ModelTool.Training;

/// <summary>A model that <c>train</c> makes.</summary>
internal interface ITrainee
{
    /// <summary>Of the module.</summary>
    string Name { get; }

    /// <summary>What the module is for, in a sentence.</summary>
    string Summary { get; }

    /// <summary>The hook that it decides for.</summary>
    string Hook { get; }

    IReadOnlyList<(string Name, string Unit)> Features { get; }

    /// <summary>Hidden units.</summary>
    int Hidden { get; }

    /// <summary>What the model gives, and the range that it is in.</summary>
    string OutputUnit { get; }

    (int Least, int Most) OutputRange { get; }

    /// <summary>Nanoseconds that a thread may wait to run; null where decisions are about something else.</summary>
    long? MostWait => null;

    /// <summary>What the policy that asks the model may see and call; null: there is no policy.</summary>
    (IReadOnlyList<string> Features, IReadOnlyList<string> Helpers)? PolicyGrants => null;

    /// <summary>Nanoseconds that a decision may take, on an emulated processor, too.</summary>
    int BudgetNanoseconds => 1_000_000;

    int Epochs { get; }

    Loss Loss { get; }

    /// <summary>Generates rows and what the model should say of them.</summary>
    /// <param name="share">Of the usual number of rows; tests take fewer.</param>
    TrainingData Generate(ulong seed, double share);

    /// <summary>Heuristics, model and oracle on data that it was not trained on: other seeds, other parameters.</summary>
    void Evaluate(OnnxModel model, TextWriter report);
}
