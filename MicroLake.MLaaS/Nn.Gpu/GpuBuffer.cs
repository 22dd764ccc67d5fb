using System.Runtime.InteropServices;
using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;

namespace MicroLake.Nn.Gpu;

/// <summary>A buffer of the host's renderer, and the guest's memory behind it: the driver's own, or, behind a beginning that stays the driver's, memory that a caller lends.</summary>
internal sealed class GpuBuffer : IDisposable
{
    private const int PageBytes = 4096;

    private readonly VirtioGpu _gpu;
    private readonly DmaMemory? _memory;

    /// <summary>Pieces that the device knows behind the beginning; null: it knows the driver's own memory.</summary>
    private DmaPiece[]? _lent;

    private bool _isAttached;
    private DmaMemory? _list;

    public GpuBuffer(VirtioGpu gpu, BufferUse use, int bytes, bool hasMemory)
    {
        _gpu = gpu;
        Bytes = bytes;
        Resource = gpu.NewId();
        gpu.Render!.CreateBuffer(Resource, use, bytes);
        if (!hasMemory)
            return;
        try
        {
            _memory = gpu.Device.AllocateDma(bytes);
            UseOwn();
        }
        catch (DeviceException)
        {
            Dispose();
            throw;
        }
    }

    public uint Resource { get; }

    public int Bytes { get; }

    /// <summary>The guest's memory as numbers, from a byte on.</summary>
    public Span<float> Floats(int offset, int count) => MemoryMarshal.Cast<byte, float>(_memory!.Bytes.Slice(offset, count * sizeof(float)));

    public Span<uint> Words(int offset, int count) => MemoryMarshal.Cast<byte, uint>(_memory!.Bytes.Slice(offset, count * sizeof(uint)));

    public void Publish(int bytes) => _memory!.Publish(0, bytes);

    public void Fetch(int bytes) => _memory!.Fetch(0, bytes);

    /// <summary>Transfers are from and to the driver's own memory from now on.</summary>
    public void UseOwn()
    {
        if (_isAttached && _lent is null)
            return;
        Detach();
        _gpu.AttachBacking(Resource, _memory!, Bytes);
        (_isAttached, _lent) = (true, null);
    }

    /// <summary>
    /// Transfers are from and to memory that a caller lends, behind a beginning of the driver's own. The device is told only where it does not know
    /// that memory yet: what it was told of once it keeps, and touches no more than a transfer says.
    /// </summary>
    public void UseLent(int ownBytes, ReadOnlySpan<DmaPiece> pieces)
    {
        if (_isAttached && _lent is not null && BeginsWith(_lent, pieces))
            return;
        Detach();
        _list ??= _gpu.Device.AllocateDma((Bytes / PageBytes + 3) * VirtioGpu.PieceBytes);
        _gpu.AttachBacking(Resource, _list, new DmaPiece(_memory!.DeviceAddress, ownBytes), pieces);
        (_isAttached, _lent) = (true, pieces.ToArray());
    }

    /// <summary>The host's buffer first: after that nobody else knows the memory.</summary>
    public void Dispose()
    {
        if (_gpu.Device.Failure is null)
            _gpu.Release(Resource);
        if (_memory is not null)
            _gpu.Device.FreeDma(_memory);
        if (_list is not null)
            _gpu.Device.FreeDma(_list);
    }

    private void Detach()
    {
        if (!_isAttached)
            return;
        _isAttached = false;
        _gpu.DetachBacking(Resource);
    }

    /// <summary>Whether a range of memory is the beginning of another: its last piece may go on there.</summary>
    private static bool BeginsWith(ReadOnlySpan<DmaPiece> known, ReadOnlySpan<DmaPiece> pieces)
    {
        if (pieces.Length > known.Length)
            return false;
        for (int i = 0; i < pieces.Length; i++)
        {
            bool isLast = i == pieces.Length - 1;
            if (pieces[i].Address != known[i].Address || (isLast ? pieces[i].Length > known[i].Length : pieces[i].Length != known[i].Length))
                return false;
        }

        return true;
    }
}
