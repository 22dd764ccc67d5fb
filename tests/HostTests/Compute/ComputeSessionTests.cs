using System.Buffers;
using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Compute;
using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.HostTests.Nn;
using MicroLake.HostTests.Nn.Gpu;
using MicroLake.HostTests.Sdk;
using MicroLake.Nn;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Sdk;
using Xunit;

namespace MicroLake.HostTests.Compute;

/// <summary>A program's session of computing over its contract, with and without a graphics processor; memory of the program is an array.</summary>
[Collection(nameof(ClosedHandles))]
public sealed class ComputeSessionTests : IDisposable
{
    private const uint FileHandle = 7, MemoryHandle = 8, ForeignHandle = 9;
    private const int Rows = 40;

    private static readonly byte[] s_file = Model();

    private readonly ClosedHandles _closed = new();
    private readonly FakeGpu _device = new() { Compute = TgsiMachine.Run };
    private readonly FakeMachine _machine = new();
    private readonly Dictionary<uint, ArrayMemory> _memories = [];
    private readonly List<ArrayMemory> _mapped = [];
    private GpuService? _gpu;

    public void Dispose() => _closed.Dispose();

    [Theory]
    [InlineData(true, ComputePlace.Gpu, ComputeOutcome.RanOnGpu)]
    [InlineData(true, ComputePlace.Cpu, ComputeOutcome.RanOnCpu)]
    [InlineData(false, ComputePlace.Auto, ComputeOutcome.RanOnCpu)]
    [InlineData(false, ComputePlace.Cpu, ComputeOutcome.RanOnCpu)]
    public void Rows_are_run_where_they_lie(bool hasGpu, ComputePlace place, ComputeOutcome expected)
    {
        using ComputeSession session = Start(hasGpu, out ComputeSessionClient client);
        Prepare(client);
        Assert.Equal((6, 3), (client.InputColumns(), client.OutputColumns()));
        foreach (int rows in (int[])[1, Rows, 5])
        {
            float[] expectedOutputs = Fill(rows);
            Assert.Equal(expected, client.Run(rows, place));
            Compare(expectedOutputs, rows);
        }

        Assert.Equal(0, client.CopiedBytes());
        Assert.Equal("", client.Reason());
        Assert.Equal([FileHandle, MemoryHandle], _closed.Numbers);
    }

    [Fact]
    public void A_session_has_the_weight_of_its_client()
    {
        using ComputeSession session = Start(hasGpu: true, out ComputeSessionClient client, weight: 4);
        Prepare(client);
        Assert.Equal(ComputeOutcome.RanOnGpu, client.Run(1, ComputePlace.Gpu));
        Assert.Equal(4, Assert.Single(Gpu().Clients).Weight);
    }

    [Fact]
    public void A_graphics_processor_that_is_not_there_is_an_error_where_it_is_asked_for()
    {
        using ComputeSession session = Start(hasGpu: false, out ComputeSessionClient client);
        Prepare(client);
        Assert.Equal(ComputeOutcome.NoGpu, client.Run(1, ComputePlace.Gpu));
        Assert.Contains("--gpu virgl", client.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_graphics_processor_that_hangs_loses_no_row()
    {
        using ComputeSession session = Start(hasGpu: true, out ComputeSessionClient client);
        Prepare(client);
        _device.Hangs = true;
        float[] expected = Fill(Rows);
        Assert.Equal(ComputeOutcome.RanOnCpu, client.Run(Rows, ComputePlace.Gpu));
        Compare(expected, Rows);
        Assert.Contains("has not answered", client.Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_wrong_call_is_one_clear_error_and_the_session_goes_on()
    {
        using ComputeSession session = Start(hasGpu: true, out ComputeSessionClient client);
        Assert.Equal(ComputeOutcome.NotReady, client.Run(1, ComputePlace.Auto));
        Assert.Equal(ComputeOutcome.NotReady, client.Share(new Handle(MemoryHandle), 4096, 1));
        Assert.Equal(0, client.MostRows());
        Assert.Equal(ComputeOutcome.BadSize, client.Load(new Handle(FileHandle), 0));
        Assert.Equal(ComputeOutcome.BadSize, client.Load(new Handle(FileHandle), int.MaxValue));
        Assert.Equal(ComputeOutcome.BadMemory, client.Load(new Handle(FileHandle), s_file.Length + 1));
        Assert.Equal("the memory is shorter than was said", client.Reason());
        Assert.Equal(ComputeOutcome.BadMemory, client.Load(new Handle(ForeignHandle), 100));
        Assert.Equal("the handle is not to memory", client.Reason());
        Assert.Equal(ComputeOutcome.BadModel, client.Load(new Handle(FileHandle), s_file.Length - 1));
        Assert.NotEqual("", client.Reason());

        Prepare(client);
        Assert.Equal(ComputeOutcome.AlreadyDone, client.Load(new Handle(FileHandle), s_file.Length));
        Assert.Equal(ComputeOutcome.AlreadyDone, client.Share(new Handle(MemoryHandle), 4096, 1));
        Assert.Equal(ComputeOutcome.BadSize, client.Run(0, ComputePlace.Auto));
        Assert.Equal(ComputeOutcome.BadSize, client.Run(-1, ComputePlace.Auto));
        Assert.Equal(ComputeOutcome.BadSize, client.Run(Rows + 1, ComputePlace.Auto));
        float[] expected = Fill(Rows);
        Assert.Equal(ComputeOutcome.RanOnGpu, client.Run(Rows, ComputePlace.Gpu));
        Compare(expected, Rows);
    }

    [Fact]
    public void Memory_that_is_too_small_for_its_rows_is_refused()
    {
        using ComputeSession session = Start(hasGpu: false, out ComputeSessionClient client);
        Assert.Equal(ComputeOutcome.Done, client.Load(new Handle(FileHandle), s_file.Length));
        int bytes = (int)ComputeContract.MemoryBytes(6, 3, Rows);
        Assert.Equal(ComputeOutcome.BadSize, client.Share(new Handle(MemoryHandle), bytes - 1, Rows));
        Assert.Equal(ComputeOutcome.BadSize, client.Share(new Handle(MemoryHandle), bytes, 0));
        Assert.Equal(ComputeOutcome.BadSize, client.Share(new Handle(MemoryHandle), int.MaxValue, Rows));
        Assert.Equal(ComputeOutcome.BadSize, client.Share(new Handle(MemoryHandle), bytes, int.MaxValue));
        Assert.Equal(ComputeOutcome.BadMemory, client.Share(new Handle(ForeignHandle), bytes, Rows));
        Assert.Equal(ComputeOutcome.Done, client.Share(new Handle(MemoryHandle), bytes, Rows));
    }

    [Fact]
    public void What_a_session_had_goes_back_with_it()
    {
        GpuService gpu = Gpu();
        int memory = _machine.MemoryInUse;
        using (ComputeSession session = Start(hasGpu: true, out ComputeSessionClient client))
        {
            Prepare(client);
            _ = client.Run(Rows, ComputePlace.Gpu);
            Assert.Equal("test", Assert.Single(gpu.Clients).Name);
        }

        Assert.Equal(memory, _machine.MemoryInUse);
        Assert.Equal((0, 0), (_device.ResourceCount, _device.ContextCount));
        Assert.Empty(gpu.Clients);
        Assert.All(_mapped, mapped => Assert.True(mapped.IsUnmapped));
    }

    /// <summary>Seeded: calls of any order, number and size, some of them with bytes turned on their way.</summary>
    [Fact]
    public void Any_calls_end_in_an_answer_and_no_handle_is_left()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            using ComputeSession session = Start(hasGpu: round % 20 == 0, out ComputeSessionClient client, wire =>
            {
                if (random.Next(4) == 0)
                    wire.Message.Bytes[random.Next(16)] ^= (byte)(1 << random.Next(8));
            });
            if (random.Next(2) == 0)
                _ = Try(() => client.Load(new Handle(FileHandle), s_file.Length));
            int sent = 0;
            _closed.Numbers.Clear();
            for (int call = 0; call < 20; call++)
            {
                int number = random.Next(3) == 0 ? random.Next(-2, Rows + 2) : random.Next(int.MinValue, int.MaxValue);
                bool isCall = random.Next(2) == 0;
                sent += isCall ? 1 : 0;
                uint handle = (uint)random.Next(7, 10);
                bool answered = isCall
                    ? Try(() => random.Next(2) == 0 ? client.Load(new Handle(handle), random.Next(2) == 0 ? s_file.Length : number) : client.Share(new Handle(handle), random.Next(1 << 16), number))
                    : Try(() => client.Run(number, (ComputePlace)random.Next(4)));
                Assert.True(answered);
            }

            Assert.Equal(sent, _closed.Numbers.Count);
        }

        Assert.All(_mapped, mapped => Assert.True(mapped.IsUnmapped));
    }

    /// <summary>True: the call ended as calls do.</summary>
    private static bool Try(Func<ComputeOutcome> call)
    {
        try
        {
            return Enum.IsDefined(call());
        }
        catch (ContractException refusal)
        {
            return refusal.Code == ReplyCode.BadMessage;
        }
    }

    /// <summary>A network of 6-12-3 units.</summary>
    private static byte[] Model()
    {
        var random = new Random(1);
        return new OnnxBuilder().Input("x", "N", 6).Output("y", "N", 3)
            .Weight("a", [6, 12], OnnxBuilder.Numbers(random, 72)).Weight("b", [12, 3], OnnxBuilder.Numbers(random, 36))
            .Node("MatMul", "x a", "h").Node("Relu", "h", "r").Node("MatMul", "r b", "y").ToArray();
    }

    private static void Prepare(ComputeSessionClient client)
    {
        Assert.Equal(ComputeOutcome.Done, client.Load(new Handle(FileHandle), s_file.Length));
        Assert.True(client.MostRows() >= Rows);
        Assert.Equal(ComputeOutcome.Done, client.Share(new Handle(MemoryHandle), (int)ComputeContract.MemoryBytes(6, 3, Rows), Rows));
    }

    private ComputeSession Start(bool hasGpu, out ComputeSessionClient client, Action<DirectChannel.Wire>? onCall = null, int weight = 1)
    {
        _memories[FileHandle] = new ArrayMemory([.. s_file], s_file.Length);
        _memories[MemoryHandle] = new ArrayMemory(new byte[ComputeContract.MemoryBytes(6, 3, Rows)], 0);
        var session = new ComputeSession(new ComputeOptions { Gpu = hasGpu ? Gpu() : null, Limits = () => ModelLimits.Default, Map = Map }, "test", weight);
        client = new ComputeSessionClient(new DirectChannel(new ComputeSessionServer(session), ComputeContract.SharedBytes) { OnCall = onCall });
        return session;
    }

    private GpuService Gpu() => _gpu ??= new GpuService(new VirtioGpu(_machine.Add(_device), "gpu0"));

    private Status Map(Handle handle, int bytes, out MemoryManager<byte>? memory)
    {
        memory = null;
        if (!_memories.TryGetValue(handle.Value, out ArrayMemory? found))
            return Status.BadHandle;
        if (bytes > found.Bytes.Length)
            return Status.InvalidArgument;
        var mapped = new ArrayMemory(found.Bytes, bytes);
        _mapped.Add(mapped);
        memory = mapped;
        return Status.Ok;
    }

    /// <summary>Writes rows; returns what should come out.</summary>
    private float[] Fill(int rows)
    {
        Span<float> inputs = MemoryMarshal.Cast<byte, float>(_memories[MemoryHandle].Bytes.AsSpan())[..(rows * 6)];
        var random = new Random(rows);
        foreach (ref float value in inputs)
            value = random.NextSingle();
        float[] outputs = new float[rows * 3];
        new RowRunner(OnnxModel.Load(s_file), 1).Run(inputs, outputs);
        return outputs;
    }

    private void Compare(float[] expected, int rows)
    {
        Span<float> outputs = MemoryMarshal.Cast<byte, float>(_memories[MemoryHandle].Bytes.AsSpan((int)ComputeContract.OutputOffset(6, Rows)))[..(rows * 3)];
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(outputs[i] - expected[i], -1e-5f, 1e-5f);
    }

    private sealed class ArrayMemory(byte[] bytes, int length) : MemoryManager<byte>
    {
        public byte[] Bytes => bytes;

        public bool IsUnmapped { get; private set; }

        public override Span<byte> GetSpan() => IsUnmapped ? throw new ObjectDisposedException("memory") : bytes.AsSpan(0, length);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => IsUnmapped = true;
    }
}
