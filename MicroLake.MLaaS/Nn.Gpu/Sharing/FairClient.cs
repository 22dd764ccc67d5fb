namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>Somebody who shares the graphics processor with others.</summary>
/// <param name="name">For people.</param>
/// <param name="weight">Its share beside the others'; more than 0.</param>
/// <param name="mostWaiting">Requests that it may have waiting.</param>
/// <param name="isUrgent">Whether it goes before all who are not: for decisions of the kernel.</param>
public sealed class FairClient(string name, double weight, int mostWaiting, bool isUrgent)
{
    public string Name => name;

    public double Weight => weight;

    public int MostWaiting => mostWaiting;

    public bool IsUrgent => isUrgent;

    /// <summary>Requests that wait now.</summary>
    public int Waiting { get; internal set; }

    /// <summary>Virtual time at which its last request ends.</summary>
    internal double Finish { get; set; }
}
