namespace MicroLake.Nn.Kernels;

/// <summary>Dense layers one after the other in one kernel, for networks so small that calls between layers and unused lanes cost more than
/// the arithmetic. As many rows as a vector has lanes go through all layers together, a row in each lane, so that no width leaves a lane
/// unused; rows that are left over go through one by one.</summary>
internal sealed unsafe class DenseStack<TVector> : Kernel where TVector : struct, ISimd<TVector>
{
    private readonly StackLayer[] _layers;
    private readonly int _rows;
    private readonly int _inputSlot;
    private readonly int _outputSlot;
    private readonly AlignedBuffer _first;
    private readonly AlignedBuffer _second;

    /// <param name="layers">At least one; the columns of each are the length of the next one's sums.</param>
    /// <param name="rows">Rows of a run.</param>
    /// <param name="inputSlot">Slot of the first layer's A.</param>
    /// <param name="outputSlot">Slot of the last layer's Y.</param>
    public DenseStack(StackLayer[] layers, int rows, int inputSlot, int outputSlot)
    {
        _layers = layers;
        _rows = rows;
        _inputSlot = inputSlot;
        _outputSlot = outputSlot;
        int bytes = checked(layers.Max(l => Math.Max(l.N, l.K)) * TVector.Width * sizeof(float));
        _first = new(bytes);
        _second = new(bytes);
    }

    public override void Run(byte** slots)
    {
        float* x = (float*)slots[_inputSlot], y = (float*)slots[_outputSlot];
        int inputs = _layers[0].K, outputs = _layers[^1].N, row = 0;
        for (; row <= _rows - TVector.Width; row += TVector.Width)
            RunLanes(x + (long)row * inputs, y + (long)row * outputs);
        for (; row < _rows; row++)
            RunRow(x + (long)row * inputs, y + (long)row * outputs);
    }

    private void RunLanes(float* x, float* y)
    {
        float* from = (float*)_first.Address, to = (float*)_second.Address;
        int width = _layers[0].K;
        Transposition.Run(x, TVector.Width, width, from);
        foreach (StackLayer layer in _layers)
        {
            RowLanes<TVector>.Run(from, layer, to);
            float* done = to;
            to = from;
            from = done;
            width = layer.N;
        }

        Transposition.Run(from, width, TVector.Width, y);
    }

    private void RunRow(float* x, float* y)
    {
        float* to = (float*)_first.Address, other = (float*)_second.Address;
        int last = _layers.Length - 1;
        for (int i = 0; i < last; i++)
        {
            ColumnLanes<TVector>.Run(x, _layers[i], to);
            x = to;
            to = other;
            other = x;
        }

        ColumnLanes<TVector>.Run(x, _layers[last], y);
    }
}
