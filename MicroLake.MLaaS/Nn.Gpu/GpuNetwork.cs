using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu;

/// <summary>The dense layers of a model on a graphics processor. Rows are in memory that the guest and the GPU both see. For one thread at a time.</summary>
public sealed class GpuNetwork : IDisposable
{
    private readonly DenseChain _chain;
    private readonly GpuJob _job;

    private GpuNetwork(VirtioGpu gpu, DenseChain chain, GpuPlan plan)
    {
        _chain = chain;
        _job = new GpuJob(gpu, plan, chain.Inputs, chain.Outputs, chain.Run);
    }

    /// <summary>Numbers in a row of inputs.</summary>
    public int InputColumns => _chain.Inputs;

    /// <summary>Numbers in a row of outputs.</summary>
    public int OutputColumns => _chain.Outputs;

    /// <summary>Multiplications of a row.</summary>
    public long MultiplyAdds
    {
        get
        {
            long sum = 0;
            foreach (DenseLayer layer in _chain.Layers)
                sum += layer.Weights.Length;
            return sum;
        }
    }

    /// <summary>The most rows of a run.</summary>
    public int MaxRows => _job.MaxRows;

    /// <summary>What is left of the model behind the layers, for the processor to run, or null.</summary>
    public OnnxModel? Tail => _chain.Tail;

    /// <summary>Contexts that died and were made again.</summary>
    public int Repairs => _job.Repairs;

    /// <summary>Makes a network, compiles its shaders and compares what they give with the reference.</summary>
    /// <returns>Null: the model does not begin with dense layers, or they are too large.</returns>
    /// <exception cref="DeviceException">The device refuses it, gives wrong numbers, or has failed.</exception>
    public static GpuNetwork? TryCreate(VirtioGpu gpu, OnnxModel model)
    {
        if (gpu.Render is not { Capabilities.HasCompute: true } render || DenseChain.TryRead(model) is not { } chain
            || GpuPlan.TryMake(chain, render.Capabilities.UniformBytes) is not { } plan)
            return null;
        return new GpuNetwork(gpu, chain, plan);
    }

    /// <summary>Where the rows of the next run are written, one after the other. They are left alone while it runs.</summary>
    public Span<float> Inputs(int rows) => _job.Inputs(rows);

    /// <summary>The outputs of the last run.</summary>
    /// <param name="rows">Its rows.</param>
    public ReadOnlySpan<float> Outputs(int rows) => _job.Outputs(rows);

    /// <summary>Runs the rows in <see cref="Inputs"/>.</summary>
    /// <exception cref="DeviceException">The device has failed, or its context dies of this network every time.</exception>
    public void Run(int rows) => _job.Run(rows);

    /// <summary>Runs rows that are in memory of a caller's, or writes outputs there; what is empty stays in <see cref="Inputs"/> and <see cref="Outputs"/>.</summary>
    /// <inheritdoc cref="Run(int)"/>
    public void Run(int rows, ReadOnlySpan<DmaPiece> inputs, ReadOnlySpan<DmaPiece> outputs) => _job.Run(rows, inputs, outputs);

    /// <summary>Kills the context, to show that the next run repairs it.</summary>
    public void KillContext() => _job.KillContext();

    public void Dispose() => _job.Dispose();
}
