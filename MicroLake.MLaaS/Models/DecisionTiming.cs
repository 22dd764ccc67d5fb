using System.Diagnostics;
using MicroLake.Nn;

namespace MicroLake.MLaaS.Models;

/// <summary>How long one row takes in float32.</summary>
internal static class DecisionTiming
{
    private const int Rounds = 10;
    private const int RunsEach = 20;

    /// <summary>Nanoseconds, the least of several rounds.</summary>
    public static double Measure(InferenceSession session, float[] rows)
    {
        int inputs = (int)session.Inputs[0].Shape.Count, count = rows.Length / inputs;
        float[] y = new float[session.Outputs[0].Shape.Count];
        double best = double.MaxValue;
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < RunsEach; i++)
                session.Run(rows.AsSpan(i % count * inputs, inputs), y);
            // The first round is when an emulator translates the code.
            if (round > 0)
                best = Math.Min(best, (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency) / RunsEach);
        }

        return best;
    }
}
