namespace MicroLake.Policies.Verification;

/// <summary>Eight bytes of stack.</summary>
internal struct StackSlot
{
    public const int Bytes = 8;
    private const byte AllBytes = 0xFF;

    /// <summary>All of what was in a register was stored here, and nothing since.</summary>
    public bool HoldsRegister;

    /// <summary>Bytes that were written, as bits.</summary>
    public byte Written;

    public RegisterState Register;

    /// <summary>The instruction that stored it.</summary>
    public int StoredAt;

    public readonly bool HoldsPointer => HoldsRegister && Register.IsPointer;

    public static StackSlot Of(in RegisterState register, int storedAt) => new() { HoldsRegister = true, Written = AllBytes, Register = register, StoredAt = storedAt };

    /// <summary>Whether these bytes of the slot were written.</summary>
    public readonly bool IsWritten(int first, int count) => (~Written & Bits(first, count)) == 0;

    /// <summary>Some bytes were written with a number that nothing is known of.</summary>
    public void Write(int first, int count)
    {
        HoldsRegister = false;
        Register = default;
        Written |= (byte)Bits(first, count);
    }

    private static int Bits(int first, int count) => ((1 << count) - 1) << first;
}
