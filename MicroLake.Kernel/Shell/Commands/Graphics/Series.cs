namespace MicroLake.Shell.Commands;

/// <summary>The last values of something that is measured again and again.</summary>
internal sealed class Series
{
    private const int Most = 256;

    private readonly double[] _values = new double[Most];
    private long _count;

    public int Count => (int)Math.Min(_count, Most);

    public void Add(double value) => _values[_count++ % Most] = value;

    /// <summary>The youngest has age 0.</summary>
    public double At(int age) => _values[(_count - 1 - age) % Most];

    public double Greatest()
    {
        double greatest = 0;
        for (int i = 0; i < Count; i++)
            greatest = Math.Max(greatest, _values[i]);
        return greatest;
    }
}
