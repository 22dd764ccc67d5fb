using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests;

/// <summary>Assertions.</summary>
public static class Check
{
    public static void That(bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
            throw new CheckException($"not so: {text}");
    }

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string text = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new CheckException($"{text} is {actual}, not {expected}");
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string text = "")
    {
        T[] a = [.. actual];
        if (!expected.SequenceEqual(a))
            throw new CheckException($"{text} is [{string.Join(", ", a)}], not [{string.Join(", ", expected)}]");
    }

    public static void Contains(string part, string? whole, [CallerArgumentExpression(nameof(whole))] string text = "")
    {
        if (whole?.Contains(part, StringComparison.Ordinal) != true)
            throw new CheckException($"{text} lacks \"{part}\": {whole}");
    }

    /// <summary>Holds that two numbers are at most <paramref name="ulps"/> representable values apart.</summary>
    public static void Close(double expected, double actual, long ulps = 1, [CallerArgumentExpression(nameof(actual))] string text = "")
    {
        long distance = Math.Abs(BitConverter.DoubleToInt64Bits(expected) - BitConverter.DoubleToInt64Bits(actual));
        if (distance > ulps)
            throw new CheckException($"{text} is {actual:R}, {distance} ulps from {expected:R}");
    }

    /// <summary>Holds that <paramref name="action"/> throws exactly <typeparamref name="T"/>, and returns it.</summary>
    public static T Throws<T>(Action action, [CallerArgumentExpression(nameof(action))] string text = "") where T : Exception
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            if (e.GetType() == typeof(T))
                return (T)e;
            throw new CheckException($"{text} threw {e.GetType().Name}, not {typeof(T).Name}: {e}");
        }
        throw new CheckException($"{text} threw nothing, not {typeof(T).Name}");
    }

    public static async Task<T> ThrowsAsync<T>(Func<Task> action, [CallerArgumentExpression(nameof(action))] string text = "") where T : Exception
    {
        try
        {
            await action();
        }
        catch (Exception e)
        {
            if (e.GetType() == typeof(T))
                return (T)e;
            throw new CheckException($"{text} threw {e.GetType().Name}, not {typeof(T).Name}: {e}");
        }
        throw new CheckException($"{text} threw nothing, not {typeof(T).Name}");
    }
}
