using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Suites;

[Area("Exceptions: stack traces with C# method names")]
public static class StackTraceTests
{
    [GuestTest]
    public static void A_trace_names_every_method_from_thrower_to_catcher()
    {
        Exception e = Caught(Outermost);
        string trace = e.StackTrace ?? "";
        Check.Contains(nameof(Innermost), trace);
        Check.Contains(nameof(Middle), trace);
        Check.Contains(nameof(Outermost), trace);
        Check.That(trace.IndexOf(nameof(Innermost), StringComparison.Ordinal) < trace.IndexOf(nameof(Outermost), StringComparison.Ordinal));
        Check.Contains(nameof(StackTraceTests), trace);
    }

    [GuestTest]
    public static void A_hardware_fault_has_a_trace_too()
    {
        Exception e = Caught(() => Dereference(null));
        Check.That(e is NullReferenceException);
        Check.Contains(nameof(Dereference), e.StackTrace);
    }

    [GuestTest]
    public static void Environment_StackTrace_names_the_caller() => Check.Contains(nameof(TraceOfHere), TraceOfHere());

    [GuestTest]
    public static void StackFrame_names_the_method()
    {
        string text = new StackTrace(skipFrames: 0, fNeedFileInfo: false).ToString();
        Check.Contains(nameof(StackFrame_names_the_method), text);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string TraceOfHere()
    {
        string trace = Environment.StackTrace;
        return trace;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Dereference(string? text)
    {
        int length = text!.Length;
        return length + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Outermost()
    {
        Middle();
        GC.KeepAlive(null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Middle()
    {
        Innermost();
        GC.KeepAlive(null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Innermost() => throw new InvalidOperationException("deep");

    private static Exception Caught(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            return e;
        }
        throw new CheckException("nothing was thrown");
    }
}
