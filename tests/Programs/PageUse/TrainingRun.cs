using System.Runtime.InteropServices;
using MicroLake.Nn.Training;

namespace MicroLake.PageUse;

/// <summary>
/// Trains a network on more rows than memory has room for: mini-batches of a page each are read when they are needed, in another order in each epoch, and
/// the rows that are kept back are read several times in an epoch to see how far it is. The same seed reads the same pages in the same order.
/// </summary>
public static class TrainingRun
{
    public const int PageBytes = 4096;

    private const int Features = 31;
    private const int RowFloats = Features + 1;
    private const int RowsPerPage = PageBytes / sizeof(float) / RowFloats;

    /// <summary>One page in so many is kept back.</summary>
    private const int KeptShare = 10;

    /// <summary>How often in an epoch the rows that were kept back are run.</summary>
    private const int Checks = 4;

    /// <summary>Reads a page of the file.</summary>
    public delegate void ReadPage(int number, Span<byte> page);

    /// <summary>Trains on a file of so many pages, and returns the mean loss of the rows that were kept back.</summary>
    public static double Train(int pages, int epochs, ReadPage read, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        int kept = pages / KeptShare;
        int[] order = new int[pages - kept];
        for (int i = 0; i < order.Length; i++)
            order[i] = kept + i;
        var network = DenseNetwork.Create([Features, 4, 1], Activation.Relu, Activation.Identity, random);
        var gradients = new Gradients(network);
        var optimizer = new Adam();
        var loss = new MeanSquaredLoss();
        int[] rows = new int[RowsPerPage];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i;
        byte[] page = new byte[PageBytes];
        FeatureScaler scaler = FeatureScaler.Measure(Batch(0));
        double held = double.NaN;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            for (int i = 0; i < order.Length; i++)
            {
                gradients.Compute(Batch(order[i]), rows, scaler, loss);
                optimizer.Step(network, gradients);
                if ((i + 1) % (order.Length / Checks) == 0)
                    held = Check();
            }
        }

        return held;

        TrainingData Batch(int number)
        {
            read(number, page);
            return Rows(page);
        }

        double Check()
        {
            double sum = 0;
            for (int i = 0; i < kept; i++)
                sum += gradients.Compute(Batch(i), rows, scaler, loss, learn: false);
            return sum / kept;
        }
    }

    /// <summary>Fills a page with rows whose target a network can learn.</summary>
    public static void Generate(Span<byte> page, SeededRandom random)
    {
        Span<float> floats = MemoryMarshal.Cast<byte, float>(page);
        for (int at = 0; at < floats.Length; at += RowFloats)
        {
            for (int i = 0; i < Features; i++)
                floats[at + i] = (float)random.Between(-1, 1);
            floats[at + Features] = Math.Abs(floats[at]) + floats[at + 1] * 0.5f;
        }
    }

    private static TrainingData Rows(ReadOnlySpan<byte> page)
    {
        ReadOnlySpan<float> floats = MemoryMarshal.Cast<byte, float>(page);
        var data = new TrainingData(Features, 1);
        for (int at = 0; at < floats.Length; at += RowFloats)
            data.Add(floats.Slice(at, Features), floats[at + Features]);
        return data;
    }
}
