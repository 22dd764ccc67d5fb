using MicroLake.Drivers;
using MicroLake.Drivers.Pci;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class PciTests
{
    [Fact]
    public void Functions_behind_bridges_are_found_once_however_the_bridges_point()
    {
        var machine = new FakeMachine();
        machine.Add(Bridge(secondary: 2), 0, 3);
        machine.Add(Bridge(secondary: 2), 2, 0);
        machine.Add(new FakeFunction(0x1234, 7), 2, 1);
        Assert.Equal(["0000:00:03.0", "0000:02:00.0", "0000:02:01.0"], PciBus.Scan(machine).Select(f => f.Address.ToString()));
    }

    [Fact]
    public void A_circle_of_capabilities_ends()
    {
        var function = new FakeFunction(1, 1);
        int first = function.AddCapability(5, new byte[2]);
        int second = function.AddCapability(9, new byte[2]);
        function.Configuration[second + 1] = (byte)first;
        List<int> found = new FakeMachine().Add(function).Capabilities(9);
        Assert.InRange(found.Count, 1, 48);
    }

    [Fact]
    public void A_register_is_measured_and_left_as_it_was()
    {
        var function = new FakeFunction(1, 1);
        function.AddBar(2, new ByteRegisters(0x2000));
        byte[] before = function.Configuration[0x10..0x28].ToArray();
        PciFunction found = new FakeMachine().Add(function);
        Assert.Equal(0x2000, found.MapBar(2, long.MaxValue).Length);
        Assert.Equal(0x100, found.MapBar(2, 0x100).Length);
        Assert.Equal(before, function.Configuration[0x10..0x28].ToArray());
    }

    [Theory]
    [InlineData(0, "nothing is behind")]
    [InlineData(3, "nothing is behind")]
    [InlineData(6, "no address register 6")]
    public void A_register_that_is_not_there_is_said(int index, string what)
    {
        var function = new FakeFunction(1, 1);
        PciFunction found = new FakeMachine().Add(function);
        Assert.Contains(what, Assert.Throws<DeviceException>(() => found.MapBar(index, 10)).Message, StringComparison.Ordinal);
    }

    private static FakeFunction Bridge(byte secondary)
    {
        var bridge = new FakeFunction(0x8086, 1, 0x060400);
        bridge.Configuration[0x0e] = 1;
        bridge.Configuration[0x19] = secondary;
        return bridge;
    }
}
