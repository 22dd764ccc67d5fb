using System.Runtime.CompilerServices;
using MicroLake.Hosting.Processes;

namespace MicroLake.Services.Programs;

/// <summary>
/// The code of programs, one copy for all processes that run it: it is the same wherever a program lies, because relocations change writable
/// segments only. Read-only data is not shared: the runtime makes a part of it writable for a moment.
/// </summary>
internal static class SharedCode
{
    private const ulong PageBytes = 4096;

    private static readonly ConditionalWeakTable<ElfProgram, Dictionary<ulong, CodeMemory>> s_programs = [];

    /// <summary>The memory of an executable segment, filled at the first call.</summary>
    /// <exception cref="Hosting.KernelException">There is no memory for it.</exception>
    public static CodeMemory Of(ElfProgram program, ElfSegment segment)
    {
        Dictionary<ulong, CodeMemory> segments = s_programs.GetOrCreateValue(program);
        lock (segments)
        {
            if (!segments.TryGetValue(segment.Address, out CodeMemory? memory))
            {
                memory = CodeMemory.Create(segment.Data.Span, (int)(segment.Address % PageBytes));
                segments.Add(segment.Address, memory);
            }

            return memory;
        }
    }
}
