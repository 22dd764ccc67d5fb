using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.Nn.Gpu.Networks;
using MicroLake.Nn.Gpu.Shaders;

namespace MicroLake.Nn.Gpu;

/// <summary>
/// Something that a graphics processor does with rows of numbers, by the launches of a plan. Constants are in uniform buffers; rows are read from and
/// written to memory that the caller sees (<see cref="Inputs"/>, <see cref="Outputs"/>), by one stream of commands for each run. For one thread at a time.
/// </summary>
/// <remarks>
/// Every launch of a run leaves the run's number in words of its own, which come back with the outputs: a context that is dead, or a shader that was
/// not compiled, shows by an older number. Then the context is made again, tested, and the run repeated.
/// </remarks>
internal sealed class GpuJob : IDisposable
{
    /// <summary>Rows of a run at most, where rows are not too long for that.</summary>
    private const int MostRows = 4096;

    private const int MostBufferBytes = 8 << 20;
    private const int HeaderBytes = 16;

    /// <summary>Up to so many rows an invocation has one.</summary>
    private const int NarrowRows = 16;

    /// <summary>Seconds after which a device that does not answer is given up.</summary>
    private const int Patience = 5;

    private const int TestRows = 2;

    /// <summary>Relative for results above 1.</summary>
    private const double Tolerance = 1e-5;

    private readonly GpuPlan _plan;
    private readonly Func<double[], double[]> _reference;
    private readonly GpuContext _context;
    private readonly GpuBuffer _input;
    private readonly GpuBuffer _output;
    /// <summary>Where outputs begin, behind the words of all launches: fixed, so that the memory from there on may be a caller's.</summary>
    private readonly int _outputOffset;

    private readonly GpuBuffer[] _uniforms;
    private readonly GpuBuffer[] _intermediates;
    private int _streamRows;
    private uint _run;

    /// <summary>Makes it, compiles its shaders and compares what they give with the reference.</summary>
    /// <param name="gpu">A processor that computes.</param>
    /// <param name="plan">What is done.</param>
    /// <param name="inputs">Numbers in a row of inputs.</param>
    /// <param name="outputs">Numbers in a row of outputs.</param>
    /// <param name="reference">What the outputs of a row are to be.</param>
    /// <exception cref="DeviceException">The device refuses it, gives wrong numbers, or has failed.</exception>
    public GpuJob(VirtioGpu gpu, GpuPlan plan, int inputs, int outputs, Func<double[], double[]> reference)
    {
        _plan = plan;
        _reference = reference;
        InputColumns = inputs;
        OutputColumns = outputs;
        int widest = Math.Max(inputs, outputs);
        foreach (int width in plan.Intermediates)
            widest = Math.Max(widest, width);
        MaxRows = Math.Clamp(MostBufferBytes / (widest * sizeof(float)) / WideBlock * WideBlock, WideBlock, MostRows);
        _context = new GpuContext(gpu);
        try
        {
            _input = _context.AddBuffer(BufferUse.Storage, HeaderBytes + MaxRows * inputs * sizeof(float), hasMemory: true);
            _outputOffset = MarkBytes(MaxRows) * plan.Launches.Count;
            _output = _context.AddBuffer(BufferUse.Storage, _outputOffset + MaxRows * outputs * sizeof(float), hasMemory: true);
            _uniforms = new GpuBuffer[plan.Uniforms.Count];
            for (int i = 0; i < _uniforms.Length; i++)
            {
                float[] content = plan.Uniforms[i];
                _uniforms[i] = _context.AddBuffer(BufferUse.Uniform, content.Length * sizeof(float), hasMemory: true);
                content.CopyTo(_uniforms[i].Floats(0, content.Length));
            }

            _intermediates = new GpuBuffer[plan.Intermediates.Count];
            for (int i = 0; i < _intermediates.Length; i++)
                _intermediates[i] = _context.AddBuffer(BufferUse.Storage, MaxRows * plan.Intermediates[i] * sizeof(float), hasMemory: false);
            UploadConstants();
            Test(1);
            Test(NarrowRows + 1);
        }
        catch (DeviceException)
        {
            _context.Dispose();
            throw;
        }
    }

    /// <summary>Numbers in a row of inputs.</summary>
    public int InputColumns { get; }

    /// <summary>Numbers in a row of outputs.</summary>
    public int OutputColumns { get; }

    /// <summary>The most rows of a run.</summary>
    public int MaxRows { get; }

    /// <summary>Contexts that died and were made again.</summary>
    public int Repairs { get; private set; }

    private static int WideBlock => TgsiWriter.BlockWidth * GpuPlan.WideRows;

    /// <summary>Where the rows of the next run are written, one after the other. They are left alone while it runs.</summary>
    public Span<float> Inputs(int rows) => _input.Floats(HeaderBytes, CheckRows(rows) * InputColumns);

    /// <summary>The outputs of the last run.</summary>
    /// <param name="rows">Its rows.</param>
    public ReadOnlySpan<float> Outputs(int rows) => _output.Floats(_outputOffset, CheckRows(rows) * OutputColumns);

    /// <summary>Runs the rows in <see cref="Inputs"/>.</summary>
    /// <exception cref="DeviceException">The device has failed, or its context dies of it every time.</exception>
    public void Run(int rows) => Run(rows, [], []);

    /// <summary>Runs rows that are in memory of a caller's, or writes outputs there; what is empty stays in <see cref="Inputs"/> and <see cref="Outputs"/>.</summary>
    /// <inheritdoc cref="Run(int)"/>
    public void Run(int rows, ReadOnlySpan<DmaPiece> inputs, ReadOnlySpan<DmaPiece> outputs)
    {
        if (TryRun(CheckRows(rows), inputs, outputs))
            return;
        Repair();
        if (!TryRun(rows, inputs, outputs))
            throw _context.Gpu.Device.Broken("does not do what it did before");
    }

    /// <summary>Kills the context, to show that the next run repairs it.</summary>
    public void KillContext()
    {
        _context.Commands.Clear();
        _context.Commands.CreateShader(uint.MaxValue, "no shader\n");
        _streamRows = 0;
        _context.Submit(Patience);
    }

    public void Dispose() => _context.Dispose();

    /// <summary>False: the run left no trace.</summary>
    private bool TryRun(int rows, ReadOnlySpan<DmaPiece> inputs, ReadOnlySpan<DmaPiece> outputs)
    {
        Use(_input, HeaderBytes, inputs);
        Use(_output, _outputOffset, outputs);
        _input.Words(0, 1)[0] = ++_run;
        _input.Publish(HeaderBytes + (inputs.IsEmpty ? rows * InputColumns * sizeof(float) : 0));
        if (_streamRows != rows)
            WriteStream(rows);
        try
        {
            _context.Submit(Patience);
        }
        catch (DeviceException) when (_context.Gpu.Device.Failure is null)
        {
            return false;
        }

        _output.Fetch(_outputOffset + (outputs.IsEmpty ? rows * OutputColumns * sizeof(float) : 0));
        for (int i = 0; i < _plan.Launches.Count; i++)
            if (_output.Words(i * MarkBytes(MaxRows), Blocks(rows)).ContainsAnyExcept(_run))
                return false;
        return true;
    }

    private static void Use(GpuBuffer buffer, int ownBytes, ReadOnlySpan<DmaPiece> lent)
    {
        if (lent.IsEmpty)
            buffer.UseOwn();
        else
            buffer.UseLent(ownBytes, lent);
    }

    private void Repair()
    {
        Repairs++;
        _streamRows = 0;
        float[] rows = Inputs(TestRows).ToArray();
        _context.Renew();
        UploadConstants();
        Test(TestRows);
        rows.CopyTo(Inputs(TestRows));
    }

    private void UploadConstants()
    {
        foreach (GpuBuffer buffer in _uniforms)
        {
            buffer.Publish(buffer.Bytes);
            _context.Upload(buffer);
        }
    }

    /// <summary>Runs rows that are not the caller's, and compares with the reference.</summary>
    private void Test(int rows)
    {
        var random = new Random(1);
        Span<float> inputs = Inputs(rows);
        foreach (ref float value in inputs)
            value = random.NextSingle() * 2 - 1;
        if (!TryRun(rows, [], []))
            throw _context.Gpu.Device.Broken("does not run the shaders; its side's log says why");
        for (int r = 0; r < Math.Min(rows, TestRows); r++)
        {
            double[] values = new double[InputColumns];
            for (int i = 0; i < values.Length; i++)
                values[i] = inputs[r * InputColumns + i];
            values = _reference(values);
            ReadOnlySpan<float> given = Outputs(rows).Slice(r * OutputColumns, OutputColumns);
            for (int o = 0; o < values.Length; o++)
                if (!(Math.Abs(given[o] - values[o]) <= Tolerance * Math.Max(1, Math.Abs(values[o]))))
                    throw _context.Gpu.Device.Broken($"computes {given[o]} where the reference is {values[o]}");
        }
    }

    private void WriteStream(int rows)
    {
        CommandStream stream = _context.Commands;
        stream.Clear();
        stream.CopyToHost(_input.Resource, 0, HeaderBytes + rows * InputColumns * sizeof(float));
        bool isNarrow = rows <= NarrowRows;
        for (int i = 0; i < _plan.Launches.Count; i++)
        {
            GpuLaunch launch = _plan.Launches[i];
            if (launch.WaitsForLast)
                stream.Barrier();
            stream.BindShader(_context.AddShader(isNarrow ? launch.NarrowShader : launch.WideShader));
            for (int slot = 0; slot < launch.Uniforms.Length; slot++)
                if (launch.Uniforms[slot] >= 0)
                    stream.BindUniforms((uint)slot + 1, _uniforms[launch.Uniforms[slot]].Resource, 0, _uniforms[launch.Uniforms[slot]].Bytes);
            (GpuBuffer source, int from) = launch.Source < 0 ? (_input, HeaderBytes) : (_intermediates[launch.Source], 0);
            (GpuBuffer target, int to) = launch.Target < 0 ? (_output, _outputOffset) : (_intermediates[launch.Target], 0);
            Bind(PassBuffers.Input, source, from, source.Bytes - from);
            Bind(PassBuffers.Output, target, to + launch.TargetOffset, target.Bytes - to - launch.TargetOffset);
            Bind(PassBuffers.Marks, _output, i * MarkBytes(MaxRows), MarkBytes(rows));
            Bind(PassBuffers.Run, _input, 0, HeaderBytes);
            stream.Launch(TgsiWriter.BlockWidth, Blocks(rows), launch.Blocks);
        }

        stream.CopyFromHost(_output.Resource, 0, _outputOffset + rows * OutputColumns * sizeof(float));
        _streamRows = rows;
    }

    private void Bind(int slot, GpuBuffer buffer, int offset, int bytes) => _context.Commands.BindStorage((uint)slot, buffer.Resource, offset, bytes);

    private static int Blocks(int rows)
    {
        int block = rows <= NarrowRows ? TgsiWriter.BlockWidth : WideBlock;
        return (rows + block - 1) / block;
    }

    /// <summary>Bytes of a launch's words, one for each block: offsets of bindings are multiples of 16.</summary>
    private static int MarkBytes(int rows) => (Blocks(rows) * sizeof(uint) + 15) / 16 * 16;

    private int CheckRows(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxRows);
        return rows;
    }
}
