namespace MicroLake.Policies.Verification;

internal enum RegisterKind : byte
{
    /// <summary>Nothing was written, or what was written is gone.</summary>
    Unset,
    Scalar,
    Context,

    /// <summary>Into the stack of a frame; offsets are from the frame's end, negative.</summary>
    Stack,

    /// <summary>Into a value of a map.</summary>
    MapValue,

    /// <summary>The same, or 0.</summary>
    MapValueOrNull,

    /// <summary>A map itself, for helpers.</summary>
    Map,

    /// <summary>Into memory of the context that ends at an address of the context.</summary>
    Memory,

    /// <summary>That address.</summary>
    MemoryEnd,

    /// <summary>Into memory of a fixed size.</summary>
    Buffer,
}

/// <summary>What is known of a register, or of a word of stack that holds what was in one.</summary>
internal struct RegisterState
{
    public RegisterKind Kind;

    /// <summary>Memory behind an address may be written.</summary>
    public bool IsWritable;

    /// <summary>Frame, map, or memory of the context, by number; bytes of a buffer.</summary>
    public int Region;

    /// <summary>Numbers of the same identity are equal; addresses of it were the same before numbers were added to them. 0: none.</summary>
    public uint Id;

    /// <summary>Of <see cref="RegisterKind.Memory"/>: offset from where <see cref="Id"/> is.</summary>
    public int Fixed;

    /// <summary>Of <see cref="RegisterKind.Memory"/>: bytes from where <see cref="Id"/> is that lie before the end, by comparisons so far.</summary>
    public int Proven;

    /// <summary>The number; of an address, the offset from the start of its memory.</summary>
    public Scalar Value;

    public readonly bool IsPointer => Kind > RegisterKind.Scalar;

    public static RegisterState Number(in Scalar value) => new() { Kind = RegisterKind.Scalar, Value = value };

    public static RegisterState Constant(ulong value) => Number(Scalar.Constant(value));

    public static RegisterState Pointer(RegisterKind kind, int region, bool isWritable = true) =>
        new() { Kind = kind, Region = region, IsWritable = isWritable, Value = Scalar.Constant(0) };

    /// <summary>For messages: what it is an address of.</summary>
    public readonly string What => Kind switch
    {
        RegisterKind.Unset => "nothing",
        RegisterKind.Scalar => "a number",
        RegisterKind.Context => "the address of the context",
        RegisterKind.Stack => "an address of the stack",
        RegisterKind.MapValue => "the address of a map's value",
        RegisterKind.MapValueOrNull => "the address of a map's value or 0",
        RegisterKind.Map => "a map",
        RegisterKind.MemoryEnd => "the address behind memory",
        _ => "an address of memory",
    };
}
