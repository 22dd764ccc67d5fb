using System.Buffers.Binary;
using MicroLake.Abi;
using MicroLake.Services.Programs;
using Xunit;

namespace MicroLake.HostTests.Services;

public sealed class ElfProgramTests
{
    [Fact]
    public void A_program_has_its_segments_with_their_rights()
    {
        ElfProgram program = ElfProgram.Read(ElfBuilder.Small().Build());
        Assert.True(program.IsPositionIndependent);
        Assert.Equal(0x1000UL, program.Entry);
        Assert.Equal([Protection.Read | Protection.Execute, Protection.Read | Protection.Write], program.Segments.Select(s => s.Protection));
        Assert.Equal([0x1000UL, 0x2000UL], program.Segments.Select(s => s.Address));
        Assert.Equal(0x3000UL, program.Segments[1].MemoryBytes);
        Assert.Equal(0x4000UL, program.LoadedBytes);
    }

    [Fact]
    public void Relative_relocations_add_the_base_and_leave_the_file_as_it_is()
    {
        byte[] file = ElfBuilder.Small().Build();
        byte[] before = [.. file];
        ElfProgram program = ElfProgram.Read(file);
        ReadOnlyMemory<byte> data = program.Relocate(program.Segments[1], 0x7000_0000);
        Assert.Equal(0x7000_1000UL, BinaryPrimitives.ReadUInt64LittleEndian(data.Span));
        Assert.Equal(before, file);
        Assert.True(program.Relocate(program.Segments[0], 0x7000_0000).Span.SequenceEqual(program.Segments[0].Data.Span));
    }

    public static TheoryData<string, string> Refused() => new()
    {
        { "text", "not an ELF file" },
        { "cut", "cut off" },
        { "machine", "not for x86-64" },
        { "object", "an object" },
        { "writable code", "both writable and executable" },
        { "interpreter", "dynamic linker" },
        { "entry", "entry point" },
        { "shared page", "share a page" },
        { "low", "link it higher" },
        { "huge", "too large" },
        { "symbolic relocation", "relocation type 6" },
        { "relocated code", "not in writable data" },
        { "nothing", "program headers" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_run_is_refused_with_the_reason(string what, string reason)
    {
        ElfBuilder builder = ElfBuilder.Small();
        byte[] file = what switch
        {
            "writable code" => builder.Load(7, 0x9000, [1]).Build(),
            "interpreter" => builder.Add(3, 4, 0, new byte[8], 8).Build(),
            "shared page" => builder.Load(ElfBuilder.Read, 0x1800, [1]).Build(),
            "huge" => builder.Load(ElfBuilder.Read, 0x10000, [1], 1UL << 40).Build(),
            "nothing" => new ElfBuilder().Build(),
            _ => builder.Build(),
        };
        switch (what)
        {
            case "text":
                file = "#!/bin/sh\necho this is a script, and no program at all; it goes on for a while"u8.ToArray();
                break;
            case "cut":
                file = file[..5000];
                break;
            case "machine":
                file[18] = 183;
                break;
            case "object":
                file[16] = 1;
                break;
            case "entry":
                file[25] = 0x77;
                break;
            case "low":
                file[16] = 2;
                break;
            case "symbolic relocation":
                file[0x2000 + 0x58] = 6;
                break;
            case "relocated code":
                file[0x2000 + 0x51] = 0x10;
                break;
        }

        ElfFormatException error = Assert.Throws<ElfFormatException>(() => ElfProgram.Read(file));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_damaged_file_is_either_a_program_or_refused()
    {
        byte[] good = ElfBuilder.Small().Build();
        var random = new Random(20260101);
        int programs = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = [.. good];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
                file[random.Next(4) == 0 ? random.Next(file.Length) : random.Next(0x100)] = (byte)random.Next(256);
            if (random.Next(8) == 0)
                Array.Resize(ref file, random.Next(file.Length));
            try
            {
                ElfProgram program = ElfProgram.Read(file);
                foreach (ElfSegment segment in program.Segments)
                    Assert.True((ulong)program.Relocate(segment, 0x10_0000).Length <= segment.MemoryBytes);
                _ = ProgramSymbols.Find(program)?.Describe(0x1001);
                programs++;
            }
            catch (ElfFormatException)
            {
            }
        }

        // The changes hit what matters, and not always.
        Assert.InRange(programs, 100, 19_000);
    }
}
