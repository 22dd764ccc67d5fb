using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Time;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Hooks;

/// <summary>
/// Decisions by verified programs, and the helpers that they call (<c>microlake.h</c>). Interrupts are off, so a processor has one such program at
/// work at most.
/// </summary>
internal static unsafe class PolicyCall
{
    private const long Invalid = -22;
    private const int MostDigits = 20;

    public static void Describe(PolicyFunctions* functions)
    {
        functions->Decide = (nint)(delegate*<void*, long*, long>)&Decide;
        functions->DecideAsking = (nint)(delegate*<void*, long*, long>)&DecideAsking;
        functions->Time = (nint)(delegate*<ulong>)&Time;
        functions->Random = (nint)(delegate*<ulong>)&Random;
        functions->Processor = (nint)(delegate*<ulong>)&CurrentProcessor;
        functions->Trace = (nint)(delegate*<byte*, ulong, long, long, long>)&Mark;
        functions->Feature = (nint)(delegate*<ulong, long>)&Feature;
        functions->Infer = (nint)(delegate*<ulong, long*, ulong, long*, ulong, long>)&Infer;
    }

    private static long Decide(void* state, long* features)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        cpu->Policy = (PolicyHead*)state;
        cpu->PolicyContext = features;
        return ((PolicyHead*)state)->Code(features);
    }

    /// <summary>The same for a program that asks a model.</summary>
    private static long DecideAsking(void* state, long* features)
    {
        long decision = Decide(state, features);
        var head = (PolicyHead*)state;
        if (head->Outside == 0)
            return decision == HookAttachment.Outside ? decision + 1 : decision;
        head->Outside = 0;
        return HookAttachment.Outside;
    }

    private static ulong Time() => Clock.Monotonic();

    private static ulong CurrentProcessor() => Processor.CurrentCpu()->Index;

    /// <summary>Not for secrets: a xorshift generator of each processor's own (Marsaglia, 2003), begun by the time.</summary>
    private static ulong Random()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        ulong x = cpu->PolicyRandom == 0 ? Processor.ReadTimeStamp() | 1 : cpu->PolicyRandom;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        cpu->PolicyRandom = x;
        return x >> 32;
    }

    private static long Feature(ulong number)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        return number < cpu->Policy->Features ? cpu->PolicyContext[number] : 0;
    }

    /// <summary>Runs the module's model: whole numbers in the order of its inputs, one whole number out.</summary>
    private static long Infer(ulong model, long* inputs, ulong inputBytes, long* outputs, ulong outputBytes)
    {
        PolicyHead* policy = Processor.CurrentCpu()->Policy;
        // The helper promises that all of its output is written.
        for (ulong i = 0; i < outputBytes; i++)
            ((byte*)outputs)[i] = 0;
        if (model != 0 || policy->Model == null || inputBytes != policy->ModelInputs * (ulong)sizeof(long) || outputBytes != sizeof(long))
            return Invalid;
        var range = (long*)((byte*)policy + policy->RangesOffset);
        for (uint i = 0; i < policy->ModelInputs; i++, range += 2)
            if (inputs[i] < range[0] || inputs[i] > range[1])
                policy->Outside = 1;
        *outputs = policy->Model((byte*)policy + policy->ModelOffset, inputs);
        return 0;
    }

    /// <summary>A mark of the trace: the text, and both numbers as far as there is room.</summary>
    private static long Mark(byte* text, ulong bytes, long a, long b)
    {
        ulong* words = stackalloc ulong[TraceRecord.TextBytes / sizeof(ulong)];
        var mark = (byte*)words;
        int length = bytes < TraceRecord.TextBytes ? (int)bytes : TraceRecord.TextBytes;
        for (int i = 0; i < length; i++)
        {
            mark[i] = text[i];
            // A constant of C ends with a zero.
            if (text[i] == 0)
                length = i;
        }

        length = Append(mark, Append(mark, length, a), b);
        Trace.Mark(mark, length);
        return 0;
    }

    private static int Append(byte* mark, int length, long number)
    {
        byte* digits = stackalloc byte[MostDigits];
        ulong left = number < 0 ? 0 - (ulong)number : (ulong)number;
        int count = 0;
        do
        {
            digits[count++] = (byte)('0' + left % 10);
            left /= 10;
        }
        while (left != 0);
        int needed = count + (number < 0 ? 2 : 1);
        if (length + needed > TraceRecord.TextBytes)
            return length;
        mark[length++] = (byte)' ';
        if (number < 0)
            mark[length++] = (byte)'-';
        while (count > 0)
            mark[length++] = digits[--count];
        return length;
    }
}
