using MicroLake.Tool.Host;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class PackageInstallerTests
{
    [Theory]
    [InlineData(true, "  sudo apt-get update && sudo apt-get install --no-install-recommends clang lld")]
    [InlineData(false, "  apt-get update && apt-get install --no-install-recommends clang lld")]
    public void A_user_without_root_is_told_the_whole_command(bool hasSudo, string command)
    {
        string[] lines = PackageInstaller.Instructions("clang lld", hasSudo).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("needs root", lines[0], StringComparison.Ordinal);
        Assert.Equal(command, lines[1]);
    }
}
