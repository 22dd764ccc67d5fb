using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>Stands for memory that is lent: pieces as pages would be, of which the first begins in the middle of one, and none beside the other.</summary>
internal sealed class FakeLoan : IDisposable
{
    private const int PageBytes = 4096, FirstBytes = 1000;

    private readonly List<DmaMemory> _pages = [];
    private readonly List<DmaPiece> _pieces = [];

    public FakeLoan(FakeMachine machine, int length)
    {
        for (int done = 0; done < length; done += (int)_pieces[^1].Length)
        {
            int bytes = Math.Min(done == 0 ? FirstBytes : PageBytes, length - done);
            _pages.Add(machine.AllocateDma(bytes));
            _pieces.Add(new DmaPiece(_pages[^1].DeviceAddress, bytes));
        }
    }

    public DmaPiece[] Pieces => [.. _pieces];

    public void Fill(ReadOnlySpan<byte> content)
    {
        for (int i = 0; i < _pages.Count; i++)
        {
            int bytes = (int)_pieces[i].Length;
            content[..bytes].CopyTo(_pages[i].Bytes);
            _pages[i].Publish(0, bytes);
            content = content[bytes..];
        }
    }

    public void CopyTo(Span<byte> target)
    {
        for (int i = 0; i < _pages.Count; i++)
        {
            int bytes = (int)_pieces[i].Length;
            _pages[i].Fetch(0, bytes);
            _pages[i].Bytes[..bytes].CopyTo(target);
            target = target[bytes..];
        }
    }

    public void Dispose() => _pages.ForEach(page => page.Dispose());
}
