using System.Text;

namespace MicroLake.Hosting;

/// <summary>Fields of the kernel's records as .NET has them.</summary>
internal static class RecordField
{
    private const ulong NanosecondsPerTick = 100;

    public static TimeSpan Time(ulong nanoseconds) => TimeSpan.FromTicks((long)(nanoseconds / NanosecondsPerTick));

    /// <summary>UTF-8 up to a zero byte or the end of the field.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
