namespace MicroLake.Nn;

/// <summary>From a row of outputs to a class.</summary>
public static class Prediction
{
    /// <summary>The class that a row of outputs stands for.</summary>
    /// <param name="row">Scores of the classes: the greatest wins, the first of equals. Or one number: a class number when
    /// <paramref name="isClass"/>, otherwise a score, class 1 when it is over 0.5 and class 0 when not.</param>
    /// <param name="isClass">Whether the outputs are class numbers already (<see cref="RowRunner.GivesClasses"/>).</param>
    public static int ClassOf(ReadOnlySpan<float> row, bool isClass)
    {
        if (isClass)
            return (int)row[0];
        if (row.Length == 1)
            return row[0] > 0.5f ? 1 : 0;
        int best = 0;
        for (int i = 1; i < row.Length; i++)
            if (row[i] > row[best])
                best = i;
        return best;
    }
}
