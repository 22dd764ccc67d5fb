using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

/// <summary>What the tests of messages share.</summary>
internal static class Kernel
{
    public static void Succeeds(Status status) => Check.Equal(Status.Ok, status);

    public static uint NewEndpoint()
    {
        Succeeds(HandleNumbers.CreateEndpoint(out uint endpoint));
        return endpoint;
    }

    public static uint NewNotification()
    {
        Succeeds(HandleNumbers.CreateNotification(out uint notification));
        return notification;
    }

    public static uint Duplicate(uint handle, HandleRights rights = HandleRights.All, ulong badge = 0)
    {
        Succeeds(HandleNumbers.Duplicate(handle, out uint duplicate, rights, badge));
        return duplicate;
    }

    public static void Close(params ReadOnlySpan<uint> handles)
    {
        foreach (uint handle in handles)
            Succeeds(HandleNumbers.Close(handle));
    }

    public static Thread Start(string name, Action body) => Start(name, body, out _);

    /// <summary>A thread that has begun, and its number in the kernel.</summary>
    public static Thread Start(string name, Action body, out uint id)
    {
        uint number = 0;
        var thread = new Thread(() =>
        {
            Volatile.Write(ref number, Sdk.Ipc.CurrentThread);
            body();
        })
        { Name = name };
        thread.Start();
        while (Volatile.Read(ref number) == 0)
            Thread.Sleep(1);
        id = number;
        return thread;
    }

    /// <summary>Waits until the thread waits in the kernel.</summary>
    public static void WaitUntilBlocked(uint id)
    {
        while (Inspection.Threads().All(t => t.Id != (id & 0xffff) || t.State != "blocked"))
            Thread.Sleep(1);
    }

    /// <summary>Runs the body, and holds that it left as many handles and objects as there were.</summary>
    public static void LeavesNothing(Action body)
    {
        ObjectStatistics before = HandleNumbers.Statistics();
        body();
        ObjectStatistics after = HandleNumbers.Statistics();
        Check.Equal(before.Handles, after.Handles);
        Check.Equal(before.Objects, after.Objects);
    }
}
