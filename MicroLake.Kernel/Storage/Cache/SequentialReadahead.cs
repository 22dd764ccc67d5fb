namespace MicroLake.Storage;

/// <summary>Reads ahead as much as was read in order before, from 4 pages to 64; nothing after a jump.</summary>
public sealed class SequentialReadahead : IReadahead
{
    private const int Least = 4;
    private const int Most = 64;

    public int PagesAhead(in ReadRequest request)
    {
        if (request.Run == 0 && request.Page != 0)
            return 0;
        return (int)Math.Clamp(request.Run + request.Count, Least, Most);
    }
}
