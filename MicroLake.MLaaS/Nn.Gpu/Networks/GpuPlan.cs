using MicroLake.Nn.Gpu.Shaders;

namespace MicroLake.Nn.Gpu.Networks;

/// <summary>How a network runs on a graphics processor: which layers go together, the shaders, what is in uniform buffers, and the launches.</summary>
internal sealed class GpuPlan
{
    /// <summary>Rows of an invocation where there are many: weights are read once for all of them.</summary>
    public const int WideRows = 4;

    private const int NoUniforms = -1;

    private readonly List<float[]> _uniforms = [];
    private readonly List<GpuLaunch> _launches = [];
    private readonly List<int> _intermediates = [];
    private readonly int _uniformBytes;

    private GpuPlan(int uniformBytes) => _uniformBytes = uniformBytes;

    /// <summary>Launches that write parts of the output's rows, each with a uniform buffer of its own and nothing in between.</summary>
    /// <param name="narrowShader">For one row of an invocation.</param>
    /// <param name="wideShader">For <see cref="WideRows"/> of them.</param>
    /// <param name="parts">The uniform buffers, and where in a row the outputs of each begin, in bytes.</param>
    public static GpuPlan OfParts(string narrowShader, string wideShader, IReadOnlyList<(float[] Uniforms, int Offset)> parts)
    {
        var plan = new GpuPlan(0);
        foreach ((float[] uniforms, int offset) in parts)
        {
            plan._launches.Add(new GpuLaunch
            {
                NarrowShader = narrowShader,
                WideShader = wideShader,
                Uniforms = [plan.AddUniforms(uniforms)],
                Source = -1,
                Target = -1,
                TargetOffset = offset,
                Blocks = 1,
                WaitsForLast = false,
            });
        }

        return plan;
    }

    /// <summary>Contents of uniform buffers.</summary>
    public IReadOnlyList<float[]> Uniforms => _uniforms;

    /// <summary>Numbers in a row of each buffer between passes.</summary>
    public IReadOnlyList<int> Intermediates => _intermediates;

    public IReadOnlyList<GpuLaunch> Launches => _launches;

    /// <summary>Null: a layer has more inputs than a uniform buffer has room for.</summary>
    public static GpuPlan? TryMake(DenseChain chain, int uniformBytes)
    {
        var plan = new GpuPlan(uniformBytes);
        int source = -1, stride = chain.Inputs;
        for (int i = 0; i < chain.Layers.Count;)
        {
            DenseLayer layer = chain.Layers[i];
            bool isPair = i + 1 < chain.Layers.Count && stride == layer.Inputs && PairShader.Fits(layer, chain.Layers[i + 1], uniformBytes);
            int count = isPair ? 2 : 1;
            bool isLast = i + count == chain.Layers.Count;
            int outputs = chain.Layers[i + count - 1].Outputs;
            // Between passes rows are filled up to whole blocks, so that no block has to look where its layer ends.
            int outputStride = isLast || isPair ? outputs : (outputs + DenseShader.BlockOutputs - 1) / DenseShader.BlockOutputs * DenseShader.BlockOutputs;
            int target = isLast ? -1 : plan._intermediates.Count;
            if (isPair)
                plan.AddPair(layer, chain.Layers[i + 1], source, target);
            else if (!plan.TryAddDense(layer, source, target, stride, outputStride))
                return null;
            if (!isLast)
                plan._intermediates.Add(outputStride);
            (source, stride) = (target, outputStride);
            i += count;
        }

        return plan;
    }

    private void AddPair(DenseLayer first, DenseLayer second, int source, int target) => _launches.Add(new GpuLaunch
    {
        NarrowShader = PairShader.Write(first, second, 1),
        WideShader = PairShader.Write(first, second, WideRows),
        Uniforms = [AddUniforms(PairShader.Weights(first)), AddUniforms(PairShader.SecondWeights(first, second)), AddScaling(first)],
        Source = source,
        Target = target,
        TargetOffset = 0,
        Blocks = 1,
        WaitsForLast = source >= 0,
    });

    private bool TryAddDense(DenseLayer layer, int source, int target, int inputStride, int outputStride)
    {
        int scaling = AddScaling(layer);
        bool isFirst = true;
        int done = 0;
        while (done < layer.Outputs)
        {
            // Whole blocks first; what is left of rows that are not filled up is a smaller block of its own.
            int left = (outputStride > layer.Outputs ? outputStride : layer.Outputs) - done;
            int width = Math.Min(left, DenseShader.BlockOutputs);
            var shader = new DenseShader(layer, width, inputStride, outputStride);
            int most = shader.BlocksIn(_uniformBytes);
            if (most == 0)
                return false;
            int all = left / width;
            // Every launch of a shader has as much in its uniform buffer as the shader says.
            most = Math.Min(most, all);
            string narrow = shader.Write(1, most), wide = shader.Write(WideRows, most);
            for (int at = 0; at < all; at += most)
            {
                int blocks = Math.Min(most, all - at);
                _launches.Add(new GpuLaunch
                {
                    NarrowShader = narrow,
                    WideShader = wide,
                    Uniforms = [AddUniforms(shader.Weights(done, most)), NoUniforms, scaling],
                    Source = source,
                    Target = target,
                    TargetOffset = done * sizeof(float),
                    Blocks = blocks,
                    WaitsForLast = isFirst && source >= 0,
                });
                isFirst = false;
                done += blocks * width;
            }
        }

        return true;
    }

    private int AddScaling(DenseLayer layer) => layer.Scaling is { } scaling ? AddUniforms(ScalingData.Pack(scaling)) : NoUniforms;

    private int AddUniforms(float[] content)
    {
        _uniforms.Add(content);
        return _uniforms.Count - 1;
    }
}
