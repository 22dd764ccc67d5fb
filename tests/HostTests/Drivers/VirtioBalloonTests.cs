using System.Buffers.Binary;
using MicroLake.Drivers;
using MicroLake.Drivers.Balloon;
using MicroLake.Drivers.Virtio;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class VirtioBalloonTests
{
    [Fact]
    public void The_host_gets_pages_and_gives_them_back()
    {
        var held = new HashSet<uint>();
        var machine = new FakeMachine();
        FakeVirtio device = Make(held);
        var balloon = new VirtioBalloon(machine.Add(device), "balloon0");
        int before = machine.MemoryInUse;

        Ask(device, 1100);
        balloon.Adjust();
        Assert.Equal(1024, held.Count);
        Assert.Equal(1024u, Actual(device));
        Assert.Equal(before + 4, machine.MemoryInUse);

        Ask(device, 300);
        balloon.Adjust();
        Assert.Equal(256, held.Count);
        Assert.Equal(256u, Actual(device));

        Ask(device, 0);
        balloon.Adjust();
        Assert.Empty(held);
        Assert.Equal(before, machine.MemoryInUse);
    }

    [Fact]
    public void What_cannot_be_had_is_not_given()
    {
        var held = new HashSet<uint>();
        var machine = new FakeMachine();
        FakeVirtio device = Make(held);
        var balloon = new VirtioBalloon(machine.Add(device), "balloon0");
        machine.MemoryLimit = machine.MemoryInUse + 2;
        Ask(device, uint.MaxValue);
        balloon.Adjust();
        Assert.Equal(512, held.Count);
        Assert.Equal("512 of 4294967295 pages", balloon.State);
    }

    [Fact]
    public void A_greedy_host_leaves_the_machine_what_it_needs()
    {
        var held = new HashSet<uint>();
        var machine = new FakeMachine { FreeBytesNow = () => (100 << 20) - (held.Count * 4096L) };
        FakeVirtio device = Make(held);
        var balloon = new VirtioBalloon(machine.Add(device), "balloon0");
        Ask(device, uint.MaxValue);
        balloon.Adjust();
        Assert.InRange(machine.FreeBytes, 63 << 20, 64 << 20);
    }

    [Fact]
    public void Unused_memory_is_reported_and_given_back_but_for_a_quarter()
    {
        const long free = 512 << 20;
        var reports = new List<int>();
        var device = new FakeVirtio(VirtioType.Balloon, 1 << 5, 4, 5)
        {
            Serve = (queue, request, writable) =>
            {
                Assert.Equal((3, 0), (queue, request.Length));
                reports.Add(writable >> 20);
                return [];
            },
        };
        FakeMachine? machine = null;
        int before = 0;
        machine = new FakeMachine { FreeBytesNow = () => free - (machine!.MemoryInUse - before) * (2L << 20) };
        var balloon = new VirtioBalloon(machine.Add(device), "balloon0");
        before = machine.MemoryInUse;
        balloon.ReportUnused();
        Assert.Equal([64, 64, 64, 64, 64, 64], reports);
        Assert.Equal(before, machine.MemoryInUse);
        Assert.Equal("0 of 0 pages, 384 MiB reported", balloon.State);

        // What cannot be had in one piece is left out.
        reports.Clear();
        machine.MemoryLimit = before + 3;
        balloon.ReportUnused();
        Assert.Equal([6], reports);
        device.IsGone = true;
        Assert.False(balloon.Device.IsAlive());
        Assert.Throws<DeviceException>(balloon.ReportUnused);
        Assert.Equal(before, machine.MemoryInUse);
    }

    private static FakeVirtio Make(HashSet<uint> held) => new(VirtioType.Balloon, 1, 2, 3)
    {
        Serve = (queue, request, _) =>
        {
            for (int at = 0; at < request.Length; at += 4)
            {
                uint page = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(at));
                Assert.True(queue == 0 ? held.Add(page) : held.Remove(page), $"page {page} goes the same way twice");
            }

            return [];
        },
    };

    private static void Ask(FakeVirtio device, uint pages) => BinaryPrimitives.WriteUInt32LittleEndian(device.Device, pages);

    private static uint Actual(FakeVirtio device) => BinaryPrimitives.ReadUInt32LittleEndian(device.Device.AsSpan(4));
}
