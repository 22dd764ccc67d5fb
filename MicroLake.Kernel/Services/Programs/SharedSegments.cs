using System.Runtime.CompilerServices;
using MicroLake.Hosting.Processes;

namespace MicroLake.Services.Programs;

/// <summary>
/// The code and constants of programs, one copy for all processes that run it: they are the same wherever a program lies, because relocations change
/// writable segments only. A page of constants that the runtime makes writable for a moment lies among the data (program.ld).
/// </summary>
internal static class SharedSegments
{
    private const ulong PageBytes = 4096;

    private static readonly ConditionalWeakTable<ElfProgram, Dictionary<ulong, ProgramMemory>> s_programs = [];

    /// <summary>The memory of a segment that nobody writes, filled at the first call.</summary>
    /// <exception cref="Hosting.KernelException">There is no memory for it.</exception>
    public static ProgramMemory Of(ElfProgram program, ElfSegment segment)
    {
        Dictionary<ulong, ProgramMemory> segments = s_programs.GetOrCreateValue(program);
        lock (segments)
        {
            if (!segments.TryGetValue(segment.Address, out ProgramMemory? memory))
            {
                memory = ProgramMemory.Create(segment.Data.Span, (int)(segment.Address % PageBytes), segment.Protection);
                segments.Add(segment.Address, memory);
            }

            return memory;
        }
    }
}
