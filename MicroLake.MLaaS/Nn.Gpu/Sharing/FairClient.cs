using System.Diagnostics;

namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>Somebody who shares the graphics processor with others.</summary>
/// <param name="name">For people.</param>
/// <param name="weight">Its share beside the others'; more than 0.</param>
/// <param name="mostWaiting">Requests that it may have waiting.</param>
/// <param name="isUrgent">Whether it goes before all who are not: for decisions of the kernel.</param>
public sealed class FairClient(string name, double weight, int mostWaiting, bool isUrgent)
{
    private double _weight = weight;

    public string Name => name;

    /// <summary>Changed, it counts from the next request on.</summary>
    public double Weight
    {
        get => Volatile.Read(ref _weight);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Volatile.Write(ref _weight, value);
        }
    }

    public int MostWaiting => mostWaiting;

    public bool IsUrgent => isUrgent;

    /// <summary>Requests that wait now.</summary>
    public int Waiting { get; internal set; }

    /// <summary>Requests that ran.</summary>
    public long Requests { get; internal set; }

    /// <summary>The time that they took.</summary>
    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, BusyTicks);

    /// <summary>Bytes of rows and outputs that were copied on their way to and from the graphics processor.</summary>
    public long CopiedBytes { get; internal set; }

    /// <summary>Bytes that it read and wrote where the client has them.</summary>
    public long LentBytes { get; internal set; }

    /// <summary>Virtual time at which its last request ends.</summary>
    internal double Finish { get; set; }

    internal long BusyTicks { get; set; }

    internal bool IsKnown { get; set; }
}
