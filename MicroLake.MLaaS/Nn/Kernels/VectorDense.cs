namespace MicroLake.Nn.Kernels;

/// <summary>The matrix product for float32 by <see cref="PanelGemm{TVector}"/> or <see cref="DotGemm{TVector}"/>, with the weights and
/// the bias packed at load where they are constant, and in the scratch memory on each run where they are not.</summary>
internal sealed unsafe class VectorDense<TVector> : Kernel where TVector : struct, ISimd<TVector>
{
    private readonly DenseProblem _p;
    private readonly DenseSlots _slots;
    private readonly bool _dot;
    private readonly int _columns;
    private readonly AlignedBuffer? _weights;
    private readonly AlignedBuffer _bias;
    private readonly bool _addC;
    private readonly long _packedSize;

    public VectorDense(DenseProblem problem, DenseSlots slots, ConstantTensor? b, ConstantTensor? c, PackedWeights packed)
    {
        _p = problem;
        _slots = slots;
        _dot = DotGemm<TVector>.Suits(problem.N, problem.K);
        _columns = PanelLayout.Columns(problem.M, problem.N, TVector.Width);
        _packedSize = PackedSize(problem.N, problem.K, _dot, _columns);
        if (b is not null)
            _weights = packed.Get(new WeightKey(b, problem.TransposeB, problem.N, problem.K, problem.BMatrices, problem.Alpha, _dot, _columns), PackWeights);

        bool rowBias = problem.HasC && c is not null && problem.CRowStride == 0;
        _addC = problem.HasC && !rowBias;
        _bias = packed.Get(new BiasKey(rowBias ? c : null, problem.CColumnStride, problem.N, problem.Beta, _columns), PackBias);
    }

    /// <summary>Floats of scratch memory that any width may need for matrices that are not constant.</summary>
    public static long ScratchFloats(DenseProblem p, bool constantB) =>
        (p.TransposeA ? (long)p.M * p.K : 0) + (constantB ? 0 : PackedSize(p.N, p.K, false, PanelLayout.Wide * TVector.Width) + PackedSize(p.N, p.K, true, 0));

    public override void Run(byte** slots)
    {
        float* a = (float*)slots[_slots.A], y = (float*)slots[_slots.Y];
        bool relu = _p.Relu && !_addC;
        if (_p.Products == 1 && _weights is not null && !_p.TransposeA)
            Multiply(a, (float*)_weights.Address, y, relu);
        else
            RunAll(slots, a, y, relu);
        if (_addC)
            AddC((float*)slots[_slots.C], y);
    }

    private static long PackedSize(int n, int k, bool dot, int columns) =>
        dot ? (long)n * DotLayout.Stride(k, TVector.Width) : PanelLayout.Size(n, k, columns);

    private static AlignedBuffer PackWeights(WeightKey key)
    {
        long size = PackedSize(key.N, key.K, key.Dot, key.Columns);
        var buffer = new AlignedBuffer(checked((int)(size * key.Matrices * sizeof(float))));
        for (int i = 0; i < key.Matrices; i++)
            Pack((float*)key.Tensor.Buffer.Address + (long)i * key.N * key.K, key.Transposed, key.N, key.K, key.Alpha, key.Dot, key.Columns, (float*)buffer.Address + i * size);
        return buffer;
    }

    private static void Pack(float* b, bool transposed, int n, int k, float alpha, bool dot, int columns, float* target)
    {
        if (dot)
            DotLayout.Pack(b, transposed, n, k, TVector.Width, alpha, target);
        else
            PanelLayout.Pack(b, transposed, n, k, columns, alpha, target);
    }

    private static AlignedBuffer PackBias(BiasKey key)
    {
        var buffer = new AlignedBuffer(PanelLayout.Panels(key.N, key.Columns) * key.Columns * sizeof(float));
        if (key.Tensor is { } tensor)
        {
            ReadOnlySpan<float> source = tensor.As<float>();
            Span<float> target = buffer.As<float>();
            for (int i = 0; i < key.N; i++)
                target[i] = key.Beta * source[i * key.Stride];
        }

        return buffer;
    }

    private void Multiply(float* a, float* b, float* y, bool relu)
    {
        if (_dot)
            DotGemm<TVector>.Run(a, b, (float*)_bias.Address, y, _p.M, _p.N, _p.K, relu);
        else
            PanelGemm<TVector>.Run(a, b, (float*)_bias.Address, y, _p.M, _p.N, _p.K, relu, _slots.Slack);
    }

    private void RunAll(byte** slots, float* a, float* y, bool relu)
    {
        float* scratch = _slots.Scratch < 0 ? null : (float*)slots[_slots.Scratch];
        float* packed = _p.TransposeA ? scratch + (long)_p.M * _p.K : scratch;
        int inScratch = -1;
        for (int i = 0; i < _p.Products; i++, y += (long)_p.M * _p.N)
        {
            float* left = a + (long)_p.AMatrix[i] * _p.M * _p.K;
            if (_p.TransposeA)
            {
                Transpose(left, scratch);
                left = scratch;
            }

            int matrix = _p.BMatrix[i];
            float* right = packed;
            if (_weights is not null)
                right = (float*)_weights.Address + matrix * _packedSize;
            else if (matrix != inScratch)
                Pack((float*)slots[_slots.B] + (long)matrix * _p.N * _p.K, _p.TransposeB, _p.N, _p.K, _p.Alpha, _dot, _columns, packed);
            inScratch = matrix;
            Multiply(left, right, y, relu);
        }
    }

    private void Transpose(float* source, float* target)
    {
        for (int m = 0; m < _p.M; m++)
            for (int k = 0; k < _p.K; k++)
                *target++ = source[(long)k * _p.M + m];
    }

    private void AddC(float* c, float* y)
    {
        for (int m = 0; m < _p.M; m++, c += _p.CRowStride)
        {
            for (int n = 0; n < _p.N; n++)
            {
                float sum = *y + _p.Beta * c[n * _p.CColumnStride];
                *y++ = _p.Relu && sum < 0 ? 0 : sum;
            }
        }
    }

    private readonly record struct WeightKey(ConstantTensor Tensor, bool Transposed, int N, int K, int Matrices, float Alpha, bool Dot, int Columns);

    private readonly record struct BiasKey(ConstantTensor? Tensor, int Stride, int N, float Beta, int Columns);
}

/// <summary>Where a matrix product finds its operands; -1 for none.</summary>
/// <param name="A">Slot of A.</param>
/// <param name="B">Slot of B.</param>
/// <param name="C">Slot of C.</param>
/// <param name="Y">Slot of the result.</param>
/// <param name="Scratch">Slot of the working memory.</param>
/// <param name="Slack">Whether the result has <see cref="AlignedBuffer.Slack"/> bytes behind it that may be overwritten.</param>
internal readonly record struct DenseSlots(int A, int B, int C, int Y, int Scratch, bool Slack);
