using System.Runtime.CompilerServices;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;

namespace MicroLake.Services.Programs;

/// <summary>
/// What all processes that run the same loaded file have in common: where it lies, its code and constants, of which there is one copy, and its data with
/// relocations applied, of which each gets its own. The address is random for each file that is loaded, not for each process: nothing has to be
/// relocated anew. A page of constants that the runtime makes writable for a moment lies among the data (program.ld).
/// </summary>
internal sealed class LoadedProgram
{
    private const ulong PageBytes = 4096;

    /// <summary>Position-independent programs begin at an unforeseeable page of this range.</summary>
    private const ulong LowestBase = 0x20_0000_0000;
    private const ulong BasePages = 1 << 28;

    private static readonly ConditionalWeakTable<ElfProgram, LoadedProgram> s_programs = [];

    private readonly ElfProgram _program;
    private readonly Dictionary<ulong, ProgramMemory> _constants = [];
    private readonly Dictionary<ulong, ReadOnlyMemory<byte>> _data = [];

    private LoadedProgram(ElfProgram program)
    {
        _program = program;
        Base = program.IsPositionIndependent ? ChooseBase() : 0;
    }

    /// <summary>What is added to the file's addresses.</summary>
    public ulong Base { get; }

    public static LoadedProgram Of(ElfProgram program) => s_programs.GetValue(program, static made => new LoadedProgram(made));

    /// <summary>The memory of a segment that nobody writes, filled at the first call.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    public ProgramMemory Constants(ElfSegment segment)
    {
        lock (_constants)
        {
            if (!_constants.TryGetValue(segment.Address, out ProgramMemory? memory))
            {
                memory = ProgramMemory.Create(segment.Data.Span, (int)(segment.Address % PageBytes), segment.Protection);
                _constants.Add(segment.Address, memory);
            }

            return memory;
        }
    }

    /// <summary>What a segment begins with, at its address.</summary>
    public ReadOnlyMemory<byte> Data(ElfSegment segment)
    {
        lock (_data)
        {
            if (!_data.TryGetValue(segment.Address, out ReadOnlyMemory<byte> data))
            {
                data = _program.Relocate(segment, Base);
                _data.Add(segment.Address, data);
            }

            return data;
        }
    }

    /// <summary>A debugger that knows the program's lines has to know where they are: with the kernel option <c>programs=fixed</c> all begin at the lowest.</summary>
    private static ulong ChooseBase() =>
        BootData.Option("programs") == "fixed" ? LowestBase : LowestBase + HardwareRandom.Next(BasePages) * PageBytes;
}
