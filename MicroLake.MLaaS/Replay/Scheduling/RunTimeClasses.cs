using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>Run times as whole numbers: four to a doubling, from a 1024th of a second on. What a job does in less hardly depends on what it is.</summary>
internal static class RunTimeClasses
{
    /// <summary>So many that a class is a byte.</summary>
    public const int Count = 256;

    public const int PerDoubling = 4;

    private const int Least = 10;

    private static readonly double[] s_starts = MakeStarts();

    /// <summary>The logarithm to base 2 of a run time in seconds.</summary>
    public static double Log(double seconds) => PortableMath.Log2(Math.Max(seconds, 1.0 / (1 << Least)));

    public static int Of(double seconds) => Math.Clamp((int)Math.Floor(Place(Log(seconds))), 0, Count - 1);

    /// <summary>Where among the classes the logarithm of a run time lies: the class, and how far in it.</summary>
    public static double Place(double log) => (log + Least) * PerDoubling;

    /// <summary>The least time of a class in seconds, and the end of the one before; 0 of the first, and infinity beyond the last.</summary>
    public static double Start(int runTimeClass) => runTimeClass <= Count ? s_starts[runTimeClass] : double.PositiveInfinity;

    private static double[] MakeStarts()
    {
        double[] starts = new double[Count + 1];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = PortableMath.Exp2((double)i / PerDoubling - Least);
        return starts;
    }
}
