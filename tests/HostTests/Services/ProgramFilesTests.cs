using MicroLake.Services.Programs;
using Xunit;

namespace MicroLake.HostTests.Services;

public sealed class ProgramFilesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"program-{Guid.NewGuid():n}.elf");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_that_has_not_changed_is_the_same_program()
    {
        byte[] file = ElfBuilder.Small().Build();
        File.WriteAllBytes(_path, file);
        ElfProgram first = ProgramFiles.Read(_path);
        Assert.Same(first, ProgramFiles.Read(_path));

        File.SetLastWriteTimeUtc(_path, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        ElfProgram second = ProgramFiles.Read(_path);
        Assert.NotSame(first, second);

        File.WriteAllBytes(_path, [.. file, 0]);
        File.SetLastWriteTimeUtc(_path, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        ElfProgram third = ProgramFiles.Read(_path);
        Assert.NotSame(second, third);
        GC.KeepAlive(first);
        GC.KeepAlive(second);
    }

    [Fact]
    public void A_file_that_is_gone_or_broken_is_an_error_also_when_it_was_a_program()
    {
        File.WriteAllBytes(_path, ElfBuilder.Small().Build());
        ElfProgram program = ProgramFiles.Read(_path);
        File.WriteAllText(_path, "no program");
        Assert.Throws<ElfFormatException>(() => ProgramFiles.Read(_path));
        File.Delete(_path);
        Assert.Throws<FileNotFoundException>(() => ProgramFiles.Read(_path));
        GC.KeepAlive(program);
    }
}
