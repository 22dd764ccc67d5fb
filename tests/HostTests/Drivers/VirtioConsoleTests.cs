using System.Text;
using MicroLake.Drivers.Console;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class VirtioConsoleTests
{
    [Fact]
    public void One_port_is_there_from_the_start()
    {
        var device = new FakeConsole(isMultiport: false);
        using var console = new VirtioConsole(new FakeMachine().Add(device), "console0");
        Assert.Equal("ports 0", console.State);
        byte[] text = new byte[100_000];
        new Random(6).NextBytes(text);
        console.Ports[0].Write(text);
        Assert.Equal(text, device.Written.SelectMany(w => w.Bytes));

        for (int i = 0; i < 50; i++)
        {
            device.Deliver(0, Encoding.ASCII.GetBytes($"line {i}"));
            byte[] buffer = new byte[5];
            Assert.True(console.Ports[0].TryRead(buffer, out int count));
            Assert.Equal("line ", Encoding.ASCII.GetString(buffer, 0, count));
            count = console.Ports[0].Read(buffer);
            Assert.Equal($"{i}", Encoding.ASCII.GetString(buffer, 0, count));
            Assert.False(console.Ports[0].TryRead(buffer, out _));
        }
    }

    [Fact]
    public void Ports_come_with_names_and_go()
    {
        var device = new FakeConsole(isMultiport: true);
        using var console = new VirtioConsole(new FakeMachine().Add(device), "console0");
        Assert.Equal("no ports", console.State);
        DoAll(console);
        // Only what is printable of a name is kept.
        Assert.Equal("ports 1 log[2J", console.State);
        Assert.Equal([(0, 0), (1, 3), (1, 6)], device.Said);
        console.Ports[1].Write("hello"u8);
        (int queue, byte[] bytes) = Assert.Single(device.Written);
        Assert.Equal((5, "hello"), (queue, Encoding.ASCII.GetString(bytes)));

        device.Tell(1, 2, []);
        device.Tell(77, 1, []);
        device.Deliver(2, [1, 2, 3]);
        DoAll(console);
        Assert.Equal("no ports", console.State);
    }

    /// <summary>QEMU gives a console two interrupts, however many queues it has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Queues_share_interrupts_where_there_are_few(int vectors)
    {
        var machine = new FakeMachine { WaitsForReal = true };
        var device = new FakeConsole(isMultiport: true, vectors);
        using (var console = new VirtioConsole(machine.Add(device), "console0"))
        {
            Assert.Equal(vectors, console.Device.Vectors.Count);
            foreach (ConsolePort port in console.Ports)
            {
                byte[] buffer = new byte[4];
                Task<int> read = Task.Run(() => port.Read(buffer), TestContext.Current.CancellationToken);
                device.Deliver(port.Index == 0 ? 0 : 4, "here"u8);
                Assert.Equal(4, await read.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
            }
        }

        Assert.Equal(0, machine.InterruptsInUse);
        Assert.Equal(0, machine.MemoryInUse);
    }

    private static void DoAll(VirtioConsole console)
    {
        while (console.TryControl())
        {
        }
    }
}
