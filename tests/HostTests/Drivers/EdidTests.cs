using System.Text;
using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

/// <summary>What displays say of themselves.</summary>
public sealed class EdidTests
{
    [Fact]
    public void A_display_has_a_name_and_a_size_that_it_prefers()
    {
        Edid edid = Edid.TryRead(Block("Test Screen"))!;
        Assert.Equal("Test Screen, prefers 1280 x 800", edid.ToString());
        Assert.Equal("ABC, prefers 1280 x 800", Edid.TryRead(Block(""))!.ToString());
        var gpu = new VirtioGpu(new FakeMachine().Add(new FakeGpu(FakeGpu.EdidFeature) { Monitor = Block("Test Screen") }), "gpu0");
        Assert.Equal("1 display (Test Screen, prefers 1280 x 800)", gpu.State);
        Assert.Equal("EDID", gpu.FeatureNames);
        Assert.Equal("1 display", new VirtioGpu(new FakeMachine().Add(new FakeGpu(FakeGpu.EdidFeature)), "gpu0").State);
    }

    /// <summary>Seeded; half of the blocks have a right sum.</summary>
    [Fact]
    public void Any_bytes_are_a_display_or_none()
    {
        var random = new Random(2);
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] block = Block("Test Screen");
            for (int k = random.Next(1, 8); k > 0; k--)
                block[random.Next(8, block.Length)] = (byte)random.Next(256);
            if (i % 2 == 0)
                Seal(block);
            if (Edid.TryRead(block.AsSpan(0, random.Next(10) == 0 ? random.Next(block.Length) : block.Length)) is not { } edid)
                continue;
            read++;
            Assert.All(edid.Name, c => Assert.InRange(c, ' ', '~'));
            Assert.InRange(edid.Width, 0, 4095);
            Assert.InRange(edid.Height, 0, 4095);
        }

        Assert.InRange(read, 4000, 6000);
    }

    /// <summary>The base block of a display of 1280 by 800 by the maker ABC.</summary>
    private static byte[] Block(string name)
    {
        byte[] block = new byte[128];
        block.AsSpan(1, 6).Fill(0xff);
        (block[8], block[9]) = (0b0_00001_00, 0b010_00011);
        (block[54], block[56], block[58], block[59], block[61]) = (1, 1280 & 0xff, 1280 >> 8 << 4, 800 & 0xff, 800 >> 8 << 4);
        block[72 + 3] = 0xfc;
        _ = Encoding.ASCII.GetBytes((name + "\n").PadRight(13), block.AsSpan(72 + 5));
        Seal(block);
        return block;
    }

    private static void Seal(byte[] block)
    {
        block[127] = 0;
        block[127] = (byte)-block.Sum(b => b);
    }
}
