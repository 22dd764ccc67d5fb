namespace MicroLake.Sdk;

/// <summary>Names and sizes of <see cref="IComputeService"/> and <see cref="IComputeSession"/>.</summary>
public static class ComputeContract
{
    /// <summary>By which processes are granted the service.</summary>
    public const string ServiceName = "ml.compute";

    public const int MostNameBytes = 24;

    public const int MostReasonBytes = 400;

    /// <summary>Memory that a client shares for answers: room for the longest.</summary>
    public const int SharedBytes = 4096;

    /// <summary>The longest file of a model.</summary>
    public const int MostFileBytes = 16 << 20;

    /// <summary>The most memory for rows and outputs.</summary>
    public const int MostMemoryBytes = 64 << 20;

    private const long PageBytes = 4096;

    /// <summary>Where outputs begin in memory for so many rows of so many numbers: at a page of their own.</summary>
    public static long OutputOffset(int inputColumns, int rows) => ((long)inputColumns * rows * sizeof(float) + PageBytes - 1) / PageBytes * PageBytes;

    /// <summary>Bytes of memory for so many rows and their outputs.</summary>
    public static long MemoryBytes(int inputColumns, int outputColumns, int rows) =>
        OutputOffset(inputColumns, rows) + (long)outputColumns * rows * sizeof(float);
}
