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
    private readonly AlignedBuffer _memory;
    private readonly float* _first;
    private readonly float* _second;

    /// <param name="layers">At least one; the columns of each are the length of the next one's sums.</param>
    /// <param name="rows">Rows of a run.</param>
    /// <param name="stacking">Which of the ways to run them in one kernel.</param>
    /// <param name="inputSlot">Slot of the first layer's A.</param>
    /// <param name="outputSlot">Slot of the last layer's Y.</param>
    public DenseStack(StackLayer[] layers, int rows, LayerStacking stacking, int inputSlot, int outputSlot)
    {
        _layers = layers;
        _rows = rows;
        if (stacking == LayerStacking.GatedRows)
            StackLayer.MoveRelus(layers);
        _inputSlot = inputSlot;
        _outputSlot = outputSlot;
        int widest = checked(layers.Max(l => Math.Max(l.N, l.K)) * TVector.Width);
        _memory = new(checked(2 * widest * sizeof(float)));
        _first = (float*)_memory.Address;
        _second = _first + widest;
    }

    public override void Run(byte** slots)
    {
        StackLayer[] layers = _layers;
        float* x = (float*)slots[_inputSlot], y = (float*)slots[_outputSlot];
        int row = _rows < TVector.Width ? 0 : RunLanes(ref x, ref y);
        for (; row < _rows; row++)
        {
            float* from = x, to = _first, other = _second;
            int last = layers.Length - 1;
            for (int i = 0; i <= last; i++)
            {
                float* result = i == last ? y : to;
                if (layers[i].Gated)
                    GatedDots<TVector>.RunRow(from, layers[i], result);
                else
                    ColumnLanes<TVector>.Run(from, layers[i], result);
                from = result;
                to = other;
                other = result;
            }

            x += layers[0].K;
            y += layers[last].N;
        }
    }

    /// <summary>Runs the rows that fill whole vectors; returns how many, and moves the pointers behind them.</summary>
    private int RunLanes(ref float* x, ref float* y)
    {
        int row = 0;
        for (; row <= _rows - TVector.Width; row += TVector.Width)
        {
            RunLanes(x, y);
            x += TVector.Width * _layers[0].K;
            y += TVector.Width * _layers[^1].N;
        }

        return row;
    }

    private void RunLanes(float* x, float* y)
    {
        float* from = _first, to = _second;
        int width = _layers[0].K;
        Transposition.Run(x, TVector.Width, width, from);
        foreach (StackLayer layer in _layers)
        {
            if (layer.Gated)
                GatedDots<TVector>.RunLanes(from, layer, to);
            else
                RowLanes<TVector>.Run(from, layer, to);
            float* done = to;
            to = from;
            from = done;
            width = layer.N;
        }

        Transposition.Run(from, width, TVector.Width, y);
    }
}
