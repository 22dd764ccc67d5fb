namespace MicroLake.Nn.Gpu.Search;

/// <summary>Finds the nearest of some points for each of many rows, on the processor: the reference, and what is left where there is no GPU.</summary>
public static class NearestPoints
{
    /// <param name="points">[count, dimensions].</param>
    /// <param name="dimensions">Numbers of a point.</param>
    /// <param name="rows">[count, dimensions].</param>
    /// <param name="numbers">[rows, nearest]: numbers of points, the nearest first, of equally near ones the first first.</param>
    /// <param name="distances">[rows, nearest]: their squared distances.</param>
    public static void Find(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<float> rows, Span<int> numbers, Span<float> distances)
    {
        int count = rows.Length / dimensions;
        int nearest = numbers.Length / count;
        for (int r = 0; r < count; r++)
        {
            ReadOnlySpan<float> row = rows.Slice(r * dimensions, dimensions);
            Span<int> found = numbers.Slice(r * nearest, nearest);
            Span<float> best = distances.Slice(r * nearest, nearest);
            best.Fill(float.MaxValue);
            for (int p = 0; p < points.Length / dimensions; p++)
            {
                float sum = 0;
                for (int i = 0; i < dimensions; i++)
                {
                    float difference = row[i] - points[p * dimensions + i];
                    sum += difference * difference;
                }

                Insert(found, best, p, sum);
            }
        }
    }

    /// <summary>Puts a point in its place, if it has one.</summary>
    internal static void Insert(Span<int> numbers, Span<float> distances, int number, float distance)
    {
        if (!(distance < distances[^1]))
            return;
        int at = distances.Length - 1;
        for (; at > 0 && distance < distances[at - 1]; at--)
        {
            distances[at] = distances[at - 1];
            numbers[at] = numbers[at - 1];
        }

        distances[at] = distance;
        numbers[at] = number;
    }
}
