using System.Collections.Frozen;

namespace MicroLake.ImageTool.Nucleus;

/// <summary>What a symbol means for code that must not depend on the runtime.</summary>
public enum Offence
{
    Allocation,
    Throw,
    RangeCheck,
    Arithmetic,
    StaticInitialisation,
    ThreadStatic,
    ManagedStatic,
    Cast,
    InterfaceDispatch,
    VirtualCall,
    WriteBarrier,
    Transition,
    RuntimeCall,
    Undecodable,
}

/// <summary>
/// Which symbols nucleus code must not reach: the helpers by which compiled C# asks the runtime to allocate, throw,
/// initialise statics, cast, dispatch or change the mode of the thread. Names as ILC 9 emits them.
/// </summary>
public static class ForbiddenSymbols
{
    private const string ThrowHelpers = "S_P_CoreLib_Internal_Runtime_CompilerHelpers_ThrowHelpers__";

    /// <summary>Runtime helpers that are plain computation on registers and the stack, or end everything.</summary>
    private static readonly FrozenSet<string> s_harmless = FrozenSet.Create(
        "RhpStackProbe",
        "RhpFallbackFailFast", // where a function goes that finds its stack overwritten: it ends the system, it does not unwind
        "RhpDbl2Int", "RhpDbl2UInt", "RhpDbl2Lng", "RhpDbl2ULng", "RhpLng2Dbl", "RhpULng2Dbl",
        "RhpLMod", "RhpULMod", "RhpLDiv", "RhpULDiv", "RhpLMul");

    /// <summary>First match decides; a name is matched by its beginning; null: harmless.</summary>
    private static readonly (string Prefix, Offence? Offence)[] s_rules =
    [
        ("RhSpanHelpers_", null),
        // The check of a stack buffer's cookie: taken only when the stack is corrupt, and it ends in the panic.
        ("RhpFallbackFailFast", null),

        ("RhpNew", Offence.Allocation), ("RhNew", Offence.Allocation), ("RhAllocate", Offence.Allocation),
        ("RhpGcAlloc", Offence.Allocation), ("RhBox", Offence.Allocation), ("RhpHandleAlloc", Offence.Allocation),
        ("RhMemberwiseClone", Offence.Allocation), ("S_P_CoreLib_System_Runtime_RuntimeImports__RhNew", Offence.Allocation),
        ("S_P_CoreLib_System_Runtime_RuntimeExports__RhBox", Offence.Allocation), ("String__FastAllocateString", Offence.Allocation),

        (ThrowHelpers + "ThrowIndexOutOfRangeException", Offence.RangeCheck), ("RhpRngChkFail", Offence.RangeCheck),
        (ThrowHelpers + "ThrowOverflowException", Offence.Arithmetic), (ThrowHelpers + "ThrowDivideByZeroException", Offence.Arithmetic),
        (ThrowHelpers, Offence.Throw), ("S_P_CoreLib_System_ThrowHelper__", Offence.Throw), ("RhpThrow", Offence.Throw),
        ("RhpRethrow", Offence.Throw), ("RhThrow", Offence.Throw), ("RhExceptionHandling_", Offence.Throw),
        ("S_P_CoreLib_System_Runtime_EH__", Offence.Throw),

        ("__GetNonGCStaticBase_", Offence.StaticInitialisation), ("__GetGCStaticBase_", Offence.StaticInitialisation),
        ("__GetThreadStaticBase_", Offence.ThreadStatic), ("RhpGetThreadStaticBase", Offence.ThreadStatic),
        ("tls_InlinedThreadStatics", Offence.ThreadStatic), ("S_P_CoreLib_Internal_Runtime_ThreadStatics__", Offence.ThreadStatic),
        ("S_P_CoreLib_System_Runtime_CompilerServices_ClassConstructorRunner", Offence.StaticInitialisation),
        ("RhpCheckStaticClassConstruction", Offence.StaticInitialisation),
        ("__GCSTATICS", Offence.ManagedStatic),

        ("RhTypeCast_", Offence.Cast), ("S_P_CoreLib_System_Runtime_TypeCast__", Offence.Cast), ("RhUnbox", Offence.Cast),
        ("__InterfaceDispatchCell_", Offence.InterfaceDispatch), ("RhpInitialDynamicInterfaceDispatch", Offence.InterfaceDispatch),
        ("RhpInterfaceDispatch", Offence.InterfaceDispatch), ("RhpResolveInterface", Offence.InterfaceDispatch),
        ("RhResolveDispatch", Offence.InterfaceDispatch),
        (CodeReference.VirtualCall, Offence.VirtualCall),
        ("RhpAssignRef", Offence.WriteBarrier), ("RhpCheckedAssignRef", Offence.WriteBarrier), ("RhpByRefAssignRef", Offence.WriteBarrier),
        ("RhpCheckedLockCmpXchg", Offence.WriteBarrier), ("RhpCheckedXchg", Offence.WriteBarrier),
        ("RhBulkMoveWithWriteBarrier", Offence.WriteBarrier), ("RhpBulkWriteBarrier", Offence.WriteBarrier),
        ("RhpPInvoke", Offence.Transition), ("RhpReversePInvoke", Offence.Transition), ("RhpGcPoll", Offence.Transition),
        ("RhpTrapThreads", Offence.Transition),

        ("Rhp", Offence.RuntimeCall), ("Rh", Offence.RuntimeCall),
    ];

    /// <summary>What reaching this symbol would mean, or null when it is ordinary code or data.</summary>
    public static Offence? Classify(string symbol)
    {
        if (s_harmless.Contains(symbol))
            return null;
        foreach ((string prefix, Offence? offence) in s_rules)
        {
            if (!symbol.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            return prefix is "Rh" or "Rhp" && !IsRuntimeName(symbol, prefix.Length) ? null : offence;
        }
        return null;
    }

    public static string Describe(Offence offence) => offence switch
    {
        Offence.Allocation => "allocates",
        Offence.Throw => "throws",
        Offence.RangeCheck => "has a range check that throws",
        Offence.Arithmetic => "has checked arithmetic that throws",
        Offence.StaticInitialisation => "runs a static constructor",
        Offence.ThreadStatic => "uses a thread-static field",
        Offence.ManagedStatic => "uses a static field that holds an object",
        Offence.Cast => "casts with a runtime check",
        Offence.InterfaceDispatch => "calls through an interface",
        Offence.VirtualCall => "calls a virtual method",
        Offence.WriteBarrier => "stores an object reference",
        Offence.Transition => "changes between managed and native mode",
        Offence.RuntimeCall => "calls the runtime",
        Offence.Undecodable => "holds bytes that are not instructions",
        _ => throw new ArgumentOutOfRangeException(nameof(offence)),
    };

    private static bool IsRuntimeName(string symbol, int at) => symbol.Length > at && char.IsAsciiLetterUpper(symbol[at]);
}
