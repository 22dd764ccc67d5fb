using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Nucleus;
using Xunit;

namespace MicroLake.HostTests.ImageTool;

public sealed class NucleusCheckTests
{
    [Fact]
    public void Code_that_only_calls_itself_and_assembly_passes()
    {
        byte[] elf = new ElfBuilder().Function("Nucleus_A", "Nucleus_B", "memset").Function("Nucleus_B", "Helper").Function("Helper", "RhpStackProbe").Build();
        Assert.Empty(Check(elf));
    }

    [Fact]
    public void A_relocated_call_is_followed_through_other_code_and_the_chain_is_named()
    {
        byte[] elf = new ElfBuilder().Function("Nucleus_A", "Middle").Function("Middle", "Inner").Function("Inner", "RhpNewFast").Build();
        Violation violation = Assert.Single(Check(elf));
        Assert.Equal(Offence.Allocation, violation.Offence);
        Assert.Equal(["Nucleus_A", "Middle", "Inner", "RhpNewFast"], violation.Chain);
    }

    [Fact]
    public void Taking_the_address_of_a_function_counts_as_reaching_it()
    {
        // lea rax, [rip + 1]; ret: the next function begins right behind the ret.
        byte[] elf = new ElfBuilder().Raw("Nucleus_A", [0x48, 0x8d, 0x05, 0x01, 0, 0, 0, 0xc3]).Function("Target", "RhpThrowEx").Build();
        Assert.Equal(["Nucleus_A", "Target", "RhpThrowEx"], Assert.Single(Check(elf)).Chain);
    }

    [Theory]
    [InlineData("RhpNewArray", Offence.Allocation)]
    [InlineData("RhpRethrow", Offence.Throw)]
    [InlineData("S_P_CoreLib_System_ThrowHelper__ThrowArgumentNullException", Offence.Throw)]
    [InlineData("S_P_CoreLib_Internal_Runtime_CompilerHelpers_ThrowHelpers__ThrowIndexOutOfRangeException", Offence.RangeCheck)]
    [InlineData("S_P_CoreLib_Internal_Runtime_CompilerHelpers_ThrowHelpers__ThrowOverflowException", Offence.Arithmetic)]
    [InlineData("__GetNonGCStaticBase_X", Offence.StaticInitialisation)]
    [InlineData("tls_InlinedThreadStatics", Offence.ThreadStatic)]
    [InlineData("RhTypeCast_CheckCastClass", Offence.Cast)]
    [InlineData("__InterfaceDispatchCell_X", Offence.InterfaceDispatch)]
    [InlineData("RhpAssignRef", Offence.WriteBarrier)]
    [InlineData("RhpPInvoke", Offence.Transition)]
    [InlineData("RhpCollect", Offence.RuntimeCall)]
    public void Each_way_into_the_runtime_is_its_own_class(string symbol, Offence expected) =>
        Assert.Equal(expected, Assert.Single(Check(new ElfBuilder().Function("Nucleus_A", symbol).Build())).Offence);

    [Theory]
    [InlineData("memmove")]
    [InlineData("Rhythm")]
    [InlineData("RhSpanHelpers_MemZero")]
    public void Ordinary_symbols_are_no_offence(string symbol) =>
        Assert.Empty(Check(new ElfBuilder().Function("Nucleus_A", symbol).Build()));

    [Fact]
    public void Excluded_code_is_neither_held_to_the_rules_nor_walked()
    {
        byte[] elf = new ElfBuilder().Function("Nucleus_A", "Nucleus_Files_Open").Function("Nucleus_Files_Open", "RhpReversePInvoke").Build();
        Assert.Equal(["Nucleus_Files_Open", "RhpReversePInvoke"], Assert.Single(Check(elf)).Chain);
        Assert.Empty(Check(elf, "Nucleus_Files_"));
    }

    [Theory]
    [InlineData(false, 0x100, new byte[0], true)] // mov esi, 0x100; call
    [InlineData(false, 0x1000, new byte[0], false)]
    [InlineData(false, 0x100, new byte[] { 0x89, 0xfe }, false)] // mov esi, edi in between
    [InlineData(true, 0x100, new byte[0], false)] // a jump to behind the mov
    public void A_block_helper_is_harmless_only_with_a_small_constant_length(bool jump, int length, byte[] between, bool harmless)
    {
        var code = new List<byte>();
        if (jump)
            code.AddRange([0x74, 0x05]);
        code.AddRange([0xbe, .. BitConverter.GetBytes(length), .. between, 0xe8]);
        code.AddRange([.. BitConverter.GetBytes(1), 0xc3]);
        byte[] elf = new ElfBuilder().Raw("Nucleus_A", code.ToArray()).Function("RhSpanHelpers_MemZero", "RhpPInvoke").Build();
        Assert.Equal(harmless, Check(elf).Count == 0);
    }

    [Theory]
    [InlineData(new byte[] { 0x48, 0x8b, 0x07, 0xff, 0x50, 0x30, 0xc3 }, true)] // mov rax, [rdi]; call [rax + 30h]
    [InlineData(new byte[] { 0x48, 0x8b, 0x07, 0xff, 0x60, 0x30 }, true)] // the same as a jump
    [InlineData(new byte[] { 0x48, 0x8b, 0x07, 0xff, 0xd0, 0xc3 }, false)] // call rax
    [InlineData(new byte[] { 0xff, 0x57, 0x20, 0xc3 }, false)] // call [rdi + 20h], a function pointer in a structure
    [InlineData(new byte[] { 0x48, 0x8b, 0x47, 0x08, 0xff, 0x50, 0x30, 0xc3 }, false)] // a pointer that is no first word
    public void A_call_through_a_method_table_is_told_from_one_through_a_pointer(byte[] code, bool isVirtual) =>
        Assert.Equal(isVirtual, Check(new ElfBuilder().Raw("Nucleus_A", code).Build()).Any(v => v.Offence == Offence.VirtualCall));

    [Fact]
    public void Bytes_that_are_no_instructions_prove_nothing_and_are_reported() =>
        Assert.Equal(Offence.Undecodable, Assert.Single(Check(new ElfBuilder().Raw("Nucleus_A", [0x06, 0xc3]).Build())).Offence);

    [Fact]
    public void A_linked_image_is_refused() =>
        Assert.Contains("relocatable", Assert.Throws<ElfException>(() => Check(new ElfBuilder().Function("Nucleus_A").Build(type: 2))).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_objects_are_refused_or_read_but_never_crash()
    {
        byte[] good = new ElfBuilder().Function("Nucleus_A", "Middle", "memset").Function("Middle", "RhpNewFast").Build();
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bad = [.. good.AsSpan(0, i % 4 == 0 ? random.Next(good.Length) : good.Length)];
            for (int n = random.Next(1, 8); n > 0 && bad.Length > 0; n--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                Check(bad);
            }
            catch (ElfException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1, 9_999);
    }

    private static IReadOnlyList<Violation> Check(byte[] elf, params string[] excluded) =>
        new NucleusCheck(new CallGraph(ElfFile.Parse(elf)), ["Nucleus_"], excluded).Run();
}
