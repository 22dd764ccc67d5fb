using System.Globalization;

namespace MicroLake.Replay.Reclaim;

/// <summary>How much is kept: a number of objects, or of bytes.</summary>
public readonly struct Capacity
{
    private Capacity(long amount, bool isBytes) => (Amount, IsBytes) = (amount, isBytes);

    public long Amount { get; }

    public bool IsBytes { get; }

    public static Capacity OfObjects(int count) => new(count, false);

    /// <summary>Reads <c>4000</c> (objects), or <c>65536B</c>, <c>64KiB</c>, <c>64MiB</c>, <c>1GiB</c>.</summary>
    /// <exception cref="ReplayException">It is something else.</exception>
    public static Capacity Parse(string text)
    {
        const long Greatest = 1L << 50;
        (string suffix, long unit) = text switch
        {
            _ when text.EndsWith("KiB", StringComparison.OrdinalIgnoreCase) => ("KiB", 1L << 10),
            _ when text.EndsWith("MiB", StringComparison.OrdinalIgnoreCase) => ("MiB", 1L << 20),
            _ when text.EndsWith("GiB", StringComparison.OrdinalIgnoreCase) => ("GiB", 1L << 30),
            _ when text.EndsWith('B') => ("B", 1L),
            _ => ("", 1L),
        };
        if (!long.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long amount)
            || amount < 1 || amount > Greatest / unit || (suffix.Length == 0 && amount > int.MaxValue))
            throw new ReplayException($"--capacity is '{text}'; give a number of objects, as 4000, or of bytes, as 64MiB");
        return new(amount * unit, suffix.Length > 0);
    }

    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture) + (IsBytes ? " B" : " objects");
}
