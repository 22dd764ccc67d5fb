using System.Reflection;
using MicroLake.MLaaS.Packages;
using MicroLake.ModelTool.Training;
using MicroLake.Replay;
using MicroLake.Tool;
using MicroLake.Tool.Modules;
using Xunit;

namespace MicroLake.HostTests.Tool;

/// <summary>What a user does wrong on the host's command line ends in one line, and in nothing half made.</summary>
public sealed class ToolErrorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tool").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_cannot_be_written_or_read_is_an_error_and_no_crash()
    {
        Assert.Equal(1, Run("module", "keygen", Path.Combine(_folder, "none", "me")));
        Assert.Equal(1, Run("disk", "create", Path.Combine(_folder, "none", "disk.img")));
        Assert.Equal(0, Run("module", "keygen", Path.Combine(_folder, "me")));
    }

    [Fact]
    public void A_key_never_takes_the_place_of_another()
    {
        string path = Path.Combine(_folder, "me");
        File.WriteAllText(path + ModuleKey.FileEnding, "somebody's");
        Assert.Contains("me.pub is there already", Assert.Throws<ToolException>(() => SecretKey.Make(path)).Message, StringComparison.Ordinal);
        Assert.Equal("somebody's", File.ReadAllText(path + ModuleKey.FileEnding));
        Assert.False(File.Exists(path + SecretKey.FileEnding));
    }

    [Theory]
    [InlineData("", "name a model to train: one of ")]
    [InlineData("--modules DIR", "name a model to train: one of ")]
    [InlineData("--seed 3 nothing", "there is no model 'nothing' to train; use one of: ")]
    [InlineData("--modules DIR mm-reuse --seed", "--seed needs a value")]
    [InlineData("mm-reuse --seed x", "--seed is 'x', not a whole number")]
    [InlineData("mm-reuse sched-predict", "'sched-predict' is not --seed N or --out DIR")]
    public void Training_is_asked_for_by_name(string words, string message) =>
        Assert.StartsWith(message, Assert.Throws<ReplayException>(() => TrainCommand.Run(words.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Message, StringComparison.Ordinal);

    /// <summary>The tool itself, in this process.</summary>
    private static int Run(params string[] arguments) => (int)typeof(ToolException).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
}
