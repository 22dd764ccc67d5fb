using MicroLake.Files;
using MicroLake.HostTests.Files;
using MicroLake.Storage;
using Xunit;

namespace MicroLake.HostTests.Storage;

/// <summary>A file system on a disk behaves as the model does, whatever happens to the disk below it.</summary>
public sealed class DiskModelTests
{
    private readonly Dictionary<byte[], int> _hashes = [];

    [Theory]
    [InlineData(1, 5000, 6000, 8 << 20)]
    [InlineData(2, 5000, 6000, 1 << 18)]
    [InlineData(3, 200_000, 4_000_000, 1 << 20)]
    public void Random_calls_agree_with_the_model_also_after_mounting_again(int seed, int maxWrite, int maxOffset, int cacheBytes)
    {
        Random random = new(seed);
        FakeDisk disk = FakeDisk.Formatted(32 << 20);
        MountedDisk mounted = new(disk, cacheBytes);
        long empty = mounted.FileSystem.Space.Free;
        FileModel model = new(mounted.Files, "/d") { MaxWrite = maxWrite, MaxOffset = maxOffset };
        for (int step = 1; step <= 4000; step++)
        {
            model.Step(random);
            if (step % 200 != 0)
                continue;
            Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
            long free = mounted.FileSystem.Space.Free;
            mounted = new MountedDisk(disk, cacheBytes);
            Assert.Equal(free, mounted.FileSystem.Space.Free);
            model.Files = mounted.Files;
            model.Check();
        }

        Assert.Empty(DiskCheck.Run(disk).Problems);
        model.Clear();
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Empty(mounted.Log);
        mounted = new MountedDisk(disk);
        Assert.Single(mounted.FileSystem.Volume.Inodes.Numbers());
        // The inode table and the root keep what they have grown to.
        Assert.InRange(empty - mounted.FileSystem.Space.Free, 0, 4 * DiskLayout.BlockBytes);
    }

    /// <summary>
    /// The power goes at a random request. Of what was written since the last flush each sector is kept or lost. What is there afterwards is exactly
    /// what was there after some call, no older than the last that was made durable.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void After_a_power_cut_there_is_one_of_the_states_since_the_last_durable_one(int seed)
    {
        byte[] formatted = FakeDisk.Formatted(1 << 20).Image;
        byte[] image = new byte[formatted.Length];
        int cuts = 0;
        for (int round = 0; round < 500; round++)
        {
            Random random = new((seed * 100_000) + round);
            _hashes.Clear();
            formatted.CopyTo(image, 0);
            FakeDisk disk = new(image) { PowerLeft = random.Next(1, 60) };
            MountedDisk mounted = new(disk, 1 << 18);
            HashSet<int> states = [];
            FileModel model = new(mounted.Files, "/d") { MaxWrite = 12_000, MayFail = error => error == Errno.ENOSPC };
            model.Changed = () => states.Add(HashOf(model));
            model.Changed();
            try
            {
                for (int step = 0; step < 400; step++)
                {
                    model.Step(random);
                    if (random.Next(8) != 0)
                        continue;
                    // By fsync, or so that it is settled, too.
                    Assert.Equal(Errno.None, random.Next(3) != 0 ? mounted.FileSystem.Root.Synchronize() : mounted.FileSystem.Synchronize());
                    states.Clear();
                    model.Changed();
                }
            }
            catch (PowerCutException)
            {
                cuts++;
            }

            disk.CutPower(random);
            MountedDisk again = new(disk);
            Assert.Contains(HashOf(again), states);
            Assert.False(again.FileSystem.IsReadOnly);
            if (round % 10 == 0)
                Assert.Empty(DiskCheck.Run(disk).Problems);
        }

        Assert.InRange(cuts, 450, 500);
    }

    /// <summary>A call that fails has done nothing, and one that is tried again when the disk is well again succeeds.</summary>
    [Theory]
    [InlineData(1, "rw")]
    [InlineData(2, "w")]
    [InlineData(3, "r")]
    [InlineData(4, "rwf")]
    public void A_failing_disk_fails_calls_and_harms_nothing(int seed, string kinds)
    {
        int errors = 0;
        for (int round = 0; round < 40; round++)
        {
            Random random = new((seed * 1000) + round);
            FakeDisk disk = FakeDisk.Formatted(4 << 20);
            MountedDisk mounted = new(disk, 1 << 18);
            FileModel model = new(mounted.Files, "/d") { MaxWrite = 30_000 };
            model.MayFail = error => error == Errno.EIO && errors++ >= 0;
            disk.Fails = (kind, _) => kinds.Contains(kind) && random.Next(20) == 0;
            HashSet<int> states = [HashOf(model)];
            model.Changed = () => states.Add(HashOf(model));
            for (int step = 0; step < 300; step++)
            {
                model.Step(random);
                if (random.Next(20) == 0 && (random.Next(2) == 0 ? mounted.FileSystem.Root.Synchronize() : mounted.FileSystem.Synchronize()) == Errno.None)
                    states = [HashOf(model)];
            }

            disk.Fails = static (_, _) => false;
            model.MayFail = static _ => false;
            if (mounted.FileSystem.Synchronize() == Errno.None)
            {
                model.Check();
                states = [HashOf(model)];
            }
            else
            {
                // A flush or a superblock failed: what is on the disk is some state since the last one that was durable.
                Assert.NotEqual("r", kinds);
                Assert.Contains(mounted.Log, line => line.Contains("has stopped"));
            }

            Assert.Contains(HashOf(new MountedDisk(disk)), states);
            Assert.Empty(DiskCheck.Run(disk).Problems);
        }

        Assert.True(errors > 40);
    }

    [Fact]
    public void A_full_disk_refuses_what_does_not_fit_and_can_be_emptied()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            FakeDisk disk = FakeDisk.Formatted(1 << 20);
            MountedDisk mounted = new(disk, 1 << 18);
            int full = 0;
            FileModel model = new(mounted.Files, "/d") { MaxWrite = 150_000, MaxOffset = 150_000 };
            model.MayFail = error => error == Errno.ENOSPC && full++ >= 0;
            for (int step = 0; step < 300; step++)
                model.Step(random);
            Assert.True(full > 5);
            model.MayFail = static _ => false;
            model.Check();
            Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
            long free = mounted.FileSystem.Space.Free;
            mounted = new MountedDisk(disk);
            Assert.Equal(free, mounted.FileSystem.Space.Free);
            model.Files = mounted.Files;
            model.Check();
            model.Clear();
            Assert.Empty(mounted.Log);
        }
    }

    private int HashOf(FileModel model)
    {
        HashCode hash = default;
        foreach ((string path, byte[]? content) in model.Entries)
        {
            // The same array again has the same content.
            if (content is not null && !_hashes.TryGetValue(content, out _))
                _hashes[content] = HashOf(content);
            Add(ref hash, path, content is null ? 0 : _hashes[content]);
        }

        return hash.ToHashCode();
    }

    private static int HashOf(MountedDisk mounted)
    {
        HashCode hash = default;
        foreach (string path in new FileModel(mounted.Files, "/d").Walk("/d"))
        {
            Assert.Equal(Errno.None, mounted.Files.Status(path, true, out NodeStatus status));
            byte[] content = [];
            if (status.Kind == NodeKind.File)
                Assert.Equal(Errno.None, mounted.Read(path, out content));
            Add(ref hash, path, status.Kind == NodeKind.File ? HashOf(content) : 0);
        }

        return hash.ToHashCode();
    }

    private static int HashOf(byte[] content)
    {
        HashCode hash = default;
        hash.AddBytes(content);
        return hash.ToHashCode();
    }

    private static void Add(ref HashCode hash, string path, int content)
    {
        hash.Add(path);
        hash.Add(content);
    }
}
