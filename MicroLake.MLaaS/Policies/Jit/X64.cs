namespace MicroLake.Policies.Jit;

/// <summary>General registers of x86-64, by their numbers in instructions.</summary>
internal enum X64 : byte
{
    Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15,
}

/// <summary>Conditions of jumps, by their numbers in instructions.</summary>
internal enum X64Condition : byte
{
    Below = 2, AboveOrEqual = 3, Equal = 4, NotEqual = 5, BelowOrEqual = 6, Above = 7, Sign = 8, NotSign = 9,
    Less = 12, GreaterOrEqual = 13, LessOrEqual = 14, Greater = 15,
}

/// <summary>Arithmetic with two operands, by the numbers that choose it (Intel SDM volume 2, opcodes 00 to 3B and 81).</summary>
internal enum X64Operation : byte
{
    Add = 0, Or = 1, And = 4, Sub = 5, Xor = 6, Compare = 7,
}

/// <summary>Shifts, by the numbers that choose them (opcodes C1 and D3).</summary>
internal enum X64Shift : byte
{
    RotateRight = 1, Left = 4, Right = 5, RightSigned = 7,
}
