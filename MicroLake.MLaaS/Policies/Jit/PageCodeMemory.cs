using System.Runtime.InteropServices;

namespace MicroLake.Policies.Jit;

/// <summary>Pages of their own for each program, by mmap and mprotect: of a Linux host, or of the kernel's platform layer.</summary>
public sealed unsafe class PageCodeMemory : ICodeMemory
{
    public static readonly PageCodeMemory Instance = new();

    private const int ProtectionRead = 1;
    private const int ProtectionWrite = 2;
    private const int ProtectionExecute = 4;
    private const int MapPrivate = 0x02;
    private const int MapAnonymous = 0x20;

    private PageCodeMemory()
    {
    }

    public nint Place(ReadOnlySpan<byte> code)
    {
        nint address = Map(0, (nuint)code.Length, ProtectionRead | ProtectionWrite, MapPrivate | MapAnonymous, -1, 0);
        if (address == -1)
            throw new OutOfMemoryException("there is no memory for a program's code");
        code.CopyTo(new Span<byte>((void*)address, code.Length));
        if (Protect(address, (nuint)code.Length, ProtectionRead | ProtectionExecute) == 0)
            return address;
        Free(address, code.Length);
        throw new OutOfMemoryException("the memory of a program's code could not be made executable");
    }

    public void Free(nint address, int length) => Unmap(address, (nuint)length);

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int Protect(nint address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(nint address, nuint length);
}
