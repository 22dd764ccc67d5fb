using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Waiting for descriptors: files are always ready, a terminal when it has input.</summary>
internal static unsafe class PollCalls
{
    private const int SliceMilliseconds = 10;

    /// <summary>Returns an error number of the base library, 0 for success.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Poll")]
    private static int Poll(PalPollEvent* events, uint count, int timeoutMilliseconds, uint* triggered)
    {
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (true)
            {
                *triggered = Check(events, count);
                if (*triggered > 0 || (timeoutMilliseconds >= 0 && Stopwatch.GetElapsedTime(start).TotalMilliseconds >= timeoutMilliseconds))
                    return 0;
                Thread.Sleep(SliceMilliseconds);
            }
        }
        catch (Exception exception)
        {
            return PalErrno.FromLinux((int)Call.ToErrno(exception));
        }
    }

    private static uint Check(PalPollEvent* events, uint count)
    {
        uint triggered = 0;
        for (uint i = 0; i < count; i++)
        {
            using DescriptorTable.Borrowed borrowed = Call.Files.Descriptors.Borrow(events[i].FileDescriptor);
            int ready = borrowed.File switch
            {
                null => PalPollEvent.Invalid,
                { Node.IsTerminal: true } when !PlatformFiles.Console.IsReadable => PalPollEvent.Out,
                _ => PalPollEvent.In | PalPollEvent.Out,
            };
            events[i].TriggeredEvents = (short)(ready & (events[i].Events | PalPollEvent.Invalid));
            if (events[i].TriggeredEvents != 0)
                triggered++;
        }
        return triggered;
    }
}
