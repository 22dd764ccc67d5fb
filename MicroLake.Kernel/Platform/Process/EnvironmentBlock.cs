using System;
using System.Runtime;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>
/// The environment: fixed entries and the collector's settings, computed from the memory that there is (the runtime reads
/// DOTNET_GC... in hexadecimal).
/// </summary>
internal static unsafe class EnvironmentBlock
{
    private const int Bytes = 1024;
    private const int MaxEntries = 64;

    /// <summary>The three of the collector, and the null pointer at the end.</summary>
    private const int ReservedEntries = 4;

    /// <summary>
    /// Addresses that the collector takes for its heap beyond the five times of the limit that it would: it never commits the page at the end of its table of
    /// regions (gc_heap::get_card_table_commit_layout), which holds up to 24 of them, 4 MiB each. On a small machine those were soon in use.
    /// </summary>
    private const ulong MoreHeapAddresses = 4UL << 30;

    private struct Storage
    {
        public fixed byte Text[Bytes];
        public fixed ulong Entries[MaxEntries];
    }

    private static Storage s_storage;
    private static int s_used;
    private static int s_count;

    /// <summary>Builds the block; <paramref name="start"/> is what a process was started with, null in the kernel.</summary>
    public static void Build(StartInformation* start)
    {
        // A program that nobody sits before needs no terminal's description, which System.Console would read and take apart before the first line.
        if (start == null || KernelCall.ConsoleIsRaw() == 0)
        {
            Text("TERM=xterm-256color"u8);
            End();
        }

        Text("HOME=/"u8);
        End();
        Text("USER=lake"u8);
        End();
        Text("PATH=/boot"u8);
        End();
        Text("TZ=UTC"u8);
        End();

        TakeVariables(start);
        MemoryInformation memory;
        KernelCall.MemoryInformation(&memory);
        ulong limit = memory.CommitLimitPages * 4096;
        ulong heap = limit / 100 * 75;
        Text("DOTNET_GCHeapHardLimit="u8);
        Hex(heap);
        End();
        Text("DOTNET_GCRegionRange="u8);
        Hex(heap * 5 + MoreHeapAddresses);
        End();
        Text("DOTNET_GCgen0size="u8);
        Hex(Gen0Bytes(limit));
        End();
    }

    /// <summary>Variables of the starter stay where they are; what is too much is left out.</summary>
    private static void TakeVariables(StartInformation* start)
    {
        if (start == null)
            return;
        byte* text = StartInformation.FirstText(start);
        for (uint i = 0; i < start->ArgumentCount; i++)
            text = StartInformation.Behind(text);
        fixed (Storage* storage = &s_storage)
        {
            for (uint i = 0; i < start->VariableCount && s_count < MaxEntries - ReservedEntries; i++)
            {
                storage->Entries[s_count++] = (ulong)text;
                text = StartInformation.Behind(text);
            }
        }
    }

    /// <summary>
    /// The youngest generation's budget: without a known cache size the collector takes 256 KiB, which costs a collection for
    /// every quarter MiB allocated.
    /// </summary>
    private static ulong Gen0Bytes(ulong limit)
    {
        const ulong smallest = 1 << 20;
        const ulong largest = 32 << 20;
        ulong bytes = limit / 24;
        return bytes < smallest ? smallest : bytes > largest ? largest : bytes;
    }

    [RuntimeExport("getenv")]
    private static byte* Get(byte* name)
    {
        fixed (Storage* storage = &s_storage)
        {
            for (int i = 0; i < s_count; i++)
            {
                var entry = (byte*)storage->Entries[i];
                int at = 0;
                while (name[at] != 0 && name[at] == entry[at])
                    at++;
                if (name[at] == 0 && entry[at] == '=')
                    return entry + at + 1;
            }
        }

        return null;
    }

    [RuntimeExport("SystemNative_GetEnv")]
    private static byte* GetManaged(byte* name) => Get(name);

    [RuntimeExport("SystemNative_GetEnviron")]
    private static ulong* GetAll()
    {
        fixed (Storage* storage = &s_storage)
            return storage->Entries;
    }

    [RuntimeExport("SystemNative_FreeEnviron")]
    private static void FreeAll(void* environ)
    {
    }

    private static void Text(ReadOnlySpan<byte> text)
    {
        fixed (byte* source = text)
            for (int i = 0; i < text.Length; i++)
                Put(source[i]);
    }

    private static void Hex(ulong value)
    {
        int digits = 1;
        while (digits < 16 && value >> (digits * 4) != 0)
            digits++;
        while (digits-- > 0)
        {
            uint digit = (uint)(value >> (digits * 4)) & 15;
            Put((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    private static void Put(byte value)
    {
        fixed (Storage* storage = &s_storage)
        {
            if (s_count < MaxEntries - 1 && storage->Entries[s_count] == 0)
                storage->Entries[s_count] = (ulong)(storage->Text + s_used);
            if (s_used < Bytes - 1)
                storage->Text[s_used++] = value;
        }
    }

    private static void End()
    {
        Put(0);
        s_count++;
    }
}
