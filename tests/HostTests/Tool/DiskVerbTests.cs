using System.CommandLine;
using System.Security.Cryptography;
using MicroLake.Tool;
using MicroLake.Tool.Verbs;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class DiskVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disk").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_go_to_a_disk_and_come_back()
    {
        string image = Path.Combine(_folder, "disk.img");
        string input = Path.Combine(_folder, "in");
        byte[] data = RandomNumberGenerator.GetBytes(3_000_000);
        File.WriteAllBytes(input, data);
        Assert.Equal(0, Run("create", image, "--size", "8M"));
        Assert.Equal(8 << 20, new FileInfo(image).Length);
        Assert.Equal(0, Run("put", image, input, "/data/models/net.onnx"));
        Assert.Equal(0, Run("put", image, input, "models/net.onnx"));
        Assert.Equal(0, Run("get", image, "models/net.onnx", Path.Combine(_folder, "out")));
        Assert.Equal(data, File.ReadAllBytes(Path.Combine(_folder, "out")));
        Assert.Equal(0, Run("check", image));
        Assert.Equal(0, Run("ls", image, "/models"));
        Assert.Contains("Directory not empty", Assert.Throws<ToolException>(() => Run("rm", image, "/models")).Message);
        Assert.Equal(0, Run("rm", image, "/models/net.onnx"));
        Assert.Equal(0, Run("rm", image, "/models"));
        Assert.Contains("No such file", Assert.Throws<ToolException>(() => Run("get", image, "models/net.onnx")).Message);
    }

    [Fact]
    public void What_does_not_fit_leaves_the_old_file_and_what_is_damaged_leaves_none()
    {
        string image = Path.Combine(_folder, "disk.img");
        string small = Path.Combine(_folder, "small");
        string large = Path.Combine(_folder, "large");
        string output = Path.Combine(_folder, "out");
        File.WriteAllBytes(small, RandomNumberGenerator.GetBytes(300_000));
        File.WriteAllBytes(large, new byte[2_000_000]);
        Assert.Equal(0, Run("create", image, "--size", "1M"));
        Assert.Equal(0, Run("put", image, small, "file"));
        Assert.Contains("No space left", Assert.Throws<ToolException>(() => Run("put", image, large, "file")).Message);
        Assert.Equal(0, Run("get", image, "file", output));
        Assert.Equal(File.ReadAllBytes(small), File.ReadAllBytes(output));
        Assert.Contains("No such file", Assert.Throws<ToolException>(() => Run("get", image, "file.part")).Message);
        Assert.Equal(0, Run("check", image));

        byte[] bytes = File.ReadAllBytes(image);
        bytes[bytes.AsSpan().IndexOf(File.ReadAllBytes(small).AsSpan(100_000, 100))] ^= 1;
        File.WriteAllBytes(image, bytes);
        File.Delete(output);
        Assert.Contains("Input/output error", Assert.Throws<ToolException>(() => Run("get", image, "file", output)).Message);
        Assert.False(File.Exists(output));
        Assert.Equal(1, Run("check", image));
    }

    [Fact]
    public void Mistakes_are_told_with_what_to_do()
    {
        string image = Path.Combine(_folder, "disk.img");
        Assert.Contains("disk create", Assert.Throws<ToolException>(() => Run("check", image)).Message);
        Assert.Contains("from 1M to 16T", Assert.Throws<ToolException>(() => Run("create", image, "--size", "4K")).Message);
        Assert.False(File.Exists(image));
        File.WriteAllBytes(image, new byte[1 << 20]);
        Assert.Contains("there already", Assert.Throws<ToolException>(() => Run("create", image)).Message);
        Assert.Contains("holds no MicroLake file system", Assert.Throws<ToolException>(() => Run("ls", image)).Message);
    }

    [Theory]
    [InlineData("64M", 64L << 20)]
    [InlineData("1g", 1L << 30)]
    [InlineData("4096", 4096L)]
    [InlineData("", null)]
    [InlineData("M", null)]
    [InlineData("-1M", null)]
    [InlineData("9223372036854775807T", null)]
    public void Sizes_have_units(string text, long? expected) => Assert.Equal(expected, DiskVerb.TryParseSize(text, out long bytes) ? bytes : null);

    private static int Run(params string[] arguments) =>
        DiskVerb.Create().Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = TextWriter.Null });
}
