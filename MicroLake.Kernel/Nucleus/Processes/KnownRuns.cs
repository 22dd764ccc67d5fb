using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Features;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// How long processes ran that have ended: by command, by program, by tenant and all together, in a table of fixed size that forgets what was used
/// longest ago. The lock of the list of threads guards it.
/// </summary>
internal static unsafe class KnownRuns
{
    private const int SetBits = 6;
    private const int Ways = 4;

    /// <summary>Lest a number that is a program's in one place be a tenant's in another.</summary>
    private const ulong ProgramKind = 1, CommandKind = 2, TenantKind = 3;

    private struct Entry
    {
        public ulong Key;
        public ulong LastUse;
        public RunTimes Times;
    }

    [InlineArray((1 << SetBits) * Ways)]
    private struct Table
    {
        private Entry _first;
    }

    private static Table s_table;
    private static RunTimes s_all;
    private static RunTimes s_none;
    private static ulong s_uses;

    /// <summary>What is known of a process that begins.</summary>
    public static Foresight OfLocked(Process* process) => Foresight.Of(
        Times(Find(process->Command, CommandKind)), Times(Find(process->Program, ProgramKind)), Times(Find(process->Tenant, TenantKind)), s_all);

    /// <summary>The process has ended, and its account is closed. Of those that nobody has said anything about nothing is learned.</summary>
    public static void LearnLocked(Process* process)
    {
        if (process->Program == 0 || process->Command == 0)
            return;
        Entry* command = FindOrMake(process->Command, CommandKind), program = FindOrMake(process->Program, ProgramKind);
        Entry* tenant = FindOrMake(process->Tenant, TenantKind);
        // What is made last is not the oldest of its set: none of the three takes the place of another.
        RunTimes nobodys = default;
        Foresight.Learn(
            process->EndedRunNanoseconds, ref command->Times, ref program->Times, ref (tenant == null ? ref nobodys : ref tenant->Times), ref s_all);
    }

    private static ref RunTimes Times(Entry* entry) => ref (entry == null ? ref s_none : ref entry->Times);

    private static Entry* Find(ulong value, ulong kind)
    {
        if (value == 0)
            return null;
        ulong key = KeyOf(value, kind);
        Entry* set = SetOf(key);
        for (int i = 0; i < Ways; i++)
        {
            if (set[i].Key != key)
                continue;
            set[i].LastUse = ++s_uses;
            return set + i;
        }

        return null;
    }

    private static Entry* FindOrMake(ulong value, ulong kind)
    {
        Entry* found = Find(value, kind);
        if (found != null || value == 0)
            return found;
        ulong key = KeyOf(value, kind);
        Entry* set = SetOf(key), oldest = set;
        for (int i = 1; i < Ways; i++)
            if (set[i].LastUse < oldest->LastUse)
                oldest = set + i;
        *oldest = new() { Key = key, LastUse = ++s_uses };
        return oldest;
    }

    private static ulong KeyOf(ulong value, ulong kind) => (value * 4 + kind) * 0x9E3779B97F4A7C15 | 1;

    private static Entry* SetOf(ulong key)
    {
        // Static data of the image does not move.
        fixed (Table* table = &s_table)
            return (Entry*)table + (key >> (64 - SetBits)) * Ways;
    }
}
