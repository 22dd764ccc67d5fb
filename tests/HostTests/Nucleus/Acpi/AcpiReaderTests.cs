using MicroLake.Nucleus.Acpi;
using Xunit;
using static MicroLake.HostTests.Nucleus.Acpi.FakeFirmware;

namespace MicroLake.HostTests.Nucleus.Acpi;

public sealed unsafe class AcpiReaderTests : IDisposable
{
    private const AcpiTables All = AcpiTables.Madt | AcpiTables.Fadt | AcpiTables.SoftOff | AcpiTables.Mcfg | AcpiTables.Hpet;

    private static FakeFirmware s_firmware = new();
    private static GuardedMemory s_guarded = null!;
    private readonly AcpiInformation* _information;
    private readonly NativeBuffer _buffer = new((ulong)sizeof(AcpiInformation));

    public AcpiReaderTests()
    {
        s_guarded = new GuardedMemory(128, 4);
        _information = (AcpiInformation*)_buffer.Pointer;
    }

    public void Dispose()
    {
        s_guarded.Dispose();
        _buffer.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_good_machine_is_read_in_full(byte revision)
    {
        AcpiResult result = Read(Typical(revision));
        Assert.Equal(AcpiError.None, result.Error);
        Assert.Equal(All, _information->Tables);
        Assert.Equal(revision, _information->Revision);

        Assert.Equal(0xFEE00000UL, _information->LocalApicAddress);
        Assert.Equal(1, _information->HasLegacyPic);
        Assert.Equal(3, _information->ProcessorCount);
        Assert.Equal([0u, 1u, 300u], new Span<uint>(_information->ProcessorApicIds, 3));
        Assert.Equal([0u, 1u, 77u], new Span<uint>(_information->ProcessorUids, 3));
        Assert.Equal(1, _information->IoApicCount);
        Assert.Equal((4, 0xFEC00000UL, 0u), (_information->IoApicIds[0], _information->IoApicAddresses[0], _information->IoApicInterruptBases[0]));
        Assert.Equal(2, _information->OverrideCount);
        Assert.Equal(2u, _information->InterruptOf(0, out ushort flags));
        Assert.Equal(0, flags);
        Assert.Equal(9u, _information->InterruptOf(9, out flags));
        Assert.Equal(0xD, flags);
        Assert.Equal(4u, _information->InterruptOf(4, out flags));
        Assert.Equal(0, flags);
        Assert.Equal((1, 20u, (ushort)5), (_information->NmiSourceCount, _information->NmiSourceInterrupts[0], _information->NmiSourceFlags[0]));
        Assert.Equal(2, _information->LocalNmiCount);
        Assert.Equal((AcpiInformation.AllProcessors, (byte)1), (_information->LocalNmiUids[0], _information->LocalNmiInputs[0]));
        Assert.Equal((AcpiInformation.AllProcessors, (byte)0), (_information->LocalNmiUids[1], _information->LocalNmiInputs[1]));

        Assert.Equal((9, 0xB2u, 2, 3), (_information->SciInterrupt, _information->SmiCommandPort, _information->AcpiEnable, _information->AcpiDisable));
        AssertPort(0x600, _information->Pm1aEvent);
        AssertPort(0x604, _information->Pm1aControl);
        AssertPort(0x608, _information->PmTimer);
        AssertPort(0xCF9, _information->ResetRegister);
        Assert.False(_information->Pm1bControl.Exists);
        Assert.Equal((0xF, 0x32, 4, 2), (_information->ResetValue, _information->CenturyRegister, _information->Pm1EventLength, _information->Pm1ControlLength));
        Assert.Equal((5, 7), (_information->SoftOffTypeA, _information->SoftOffTypeB));

        Assert.Equal(1, _information->PciWindowCount);
        Assert.Equal((0xB0000000UL, (ushort)0, (byte)0, (byte)255), (_information->PciWindowAddresses[0], _information->PciWindowSegments[0],
            _information->PciWindowFirstBuses[0], _information->PciWindowLastBuses[0]));
        Assert.Equal((0xFED00000UL, (ushort)100, 0x8086A201u), (_information->HpetAddress, _information->HpetMinimumTick, _information->HpetBlockId));
    }

    [Fact]
    public void A_fadt_of_revision_1_uses_the_old_ports()
    {
        var firmware = new FakeFirmware();
        firmware.Memory[Dsdt] = Table("DSDT", SoftOff(0, 1));
        firmware.Add(Fadt(116, t => Put32(t, 112, 0)));
        firmware.Add(Madt());
        firmware.Finish(0);
        Assert.True(Read(firmware).IsOk);
        AssertPort(0x604, _information->Pm1aControl);
        Assert.False(_information->ResetRegister.Exists);
        Assert.Equal(Dsdt, _information->DsdtAddress);
        Assert.Equal((0, 1), (_information->SoftOffTypeA, _information->SoftOffTypeB));
    }

    [Fact]
    public void The_root_pointer_is_found_in_the_bios_area_and_in_the_ebda()
    {
        s_firmware = Typical();
        byte[] bios = new byte[0x20000];
        s_firmware.Memory[RootPointer].CopyTo(bios, (int)(RootPointer - 0xE0000));
        var firmware = new FakeFirmware();
        firmware.Memory[0x40E] = [0, 0];
        firmware.Memory[0xE0000] = bios;
        s_firmware = firmware;
        using var large = new GuardedMemory(8, 33);
        GuardedMemory small = s_guarded;
        s_guarded = large;
        Assert.True(AcpiReader.TryFindRootPointer(&Map, out ulong address));
        Assert.Equal(RootPointer, address);

        byte[] ebda = new byte[1024];
        bios.AsSpan((int)(RootPointer - 0xE0000), 36).CopyTo(ebda.AsSpan(1024 - 48));
        firmware.Memory[0x40E] = U16(0x9FC0);
        firmware.Memory[0x9FC00] = ebda;
        Assert.True(AcpiReader.TryFindRootPointer(&Map, out address));
        Assert.Equal(0x9FC00UL + 1024 - 48, address);

        ebda[1024 - 48 + 10]++;
        bios[RootPointer - 0xE0000 + 10]++;
        Assert.False(AcpiReader.TryFindRootPointer(&Map, out _));
        s_guarded = small;
    }

    [Fact]
    public void A_copy_of_the_root_pointer_serves_as_well()
    {
        s_firmware = Typical();
        s_guarded.Reset();
        byte[] pointer = s_firmware.Memory[RootPointer];
        s_firmware.Memory.Remove(RootPointer);
        fixed (byte* copy = pointer)
        {
            Assert.True(AcpiReader.ReadCopy(copy, 36, &Map, _information).IsOk);
            Assert.Equal(AcpiError.BadLength, AcpiReader.ReadCopy(copy, 35, &Map, _information).Error);
            Assert.Equal(AcpiError.BadLength, AcpiReader.ReadCopy(copy, 10, &Map, _information).Error);
        }
        Assert.Equal(AcpiError.BadLength, AcpiReader.ReadCopy(null, 0, &Map, _information).Error);
    }

    [Theory]
    [InlineData(0, AcpiError.BadSignature)]
    [InlineData(9, AcpiError.BadChecksum)]
    [InlineData(25, AcpiError.BadChecksum)]
    public void A_damaged_root_pointer_is_named(int position, AcpiError expected)
    {
        FakeFirmware firmware = Typical();
        firmware.Memory[RootPointer][position] ^= 0x10;
        AssertBad(Read(firmware), expected, AcpiSignature.Rsdp, RootPointer);
        Assert.Equal(AcpiTables.None, _information->Tables);
    }

    [Fact]
    public void A_missing_root_pointer_is_named()
    {
        s_firmware = new FakeFirmware();
        AssertBad(AcpiReader.Read(0, &Map, _information), AcpiError.Missing, AcpiSignature.Rsdp, 0);
        AssertBad(AcpiReader.Read(RootPointer, &Map, _information), AcpiError.NotMappable, AcpiSignature.Rsdp, RootPointer);
        AssertBad(AcpiReader.Read(ulong.MaxValue - 3, &Map, _information), AcpiError.NotMappable, AcpiSignature.Rsdp, ulong.MaxValue - 3);
    }

    [Theory]
    [InlineData("XSDT", AcpiSignature.Xsdt, AcpiTables.None)]
    [InlineData("APIC", AcpiSignature.Madt, All & ~AcpiTables.Madt)]
    [InlineData("FACP", AcpiSignature.Fadt, All & ~(AcpiTables.Fadt | AcpiTables.SoftOff))]
    [InlineData("DSDT", AcpiSignature.Dsdt, All & ~AcpiTables.SoftOff)]
    [InlineData("MCFG", AcpiSignature.Mcfg, All & ~AcpiTables.Mcfg)]
    [InlineData("HPET", AcpiSignature.Hpet, All & ~AcpiTables.Hpet)]
    public void A_damaged_table_is_named_and_the_others_are_still_read(string table, uint signature, AcpiTables left)
    {
        FakeFirmware firmware = Typical();
        firmware.Find(table)[20] ^= 1;
        AssertBad(Read(firmware), AcpiError.BadChecksum, signature, null);
        Assert.Equal(left, _information->Tables);

        firmware = Typical();
        firmware.Find(table)[4] = 35;
        firmware.Find(table)[5] = 0;
        AssertBad(Read(firmware), AcpiError.BadLength, signature, null);

        firmware = Typical();
        firmware.Find(table)[7] = 0x7F;
        AssertBad(Read(firmware), AcpiError.BadLength, signature, null);

        firmware = Typical();
        firmware.Find(table)[5] = 0x30;
        AssertBad(Read(firmware), AcpiError.NotMappable, signature, null);
    }

    [Fact]
    public void Missing_tables_are_named()
    {
        var firmware = new FakeFirmware();
        firmware.Memory[Dsdt] = Table("DSDT", []);
        firmware.Add(Fadt());
        firmware.Finish(2);
        AssertBad(Read(firmware), AcpiError.Missing, AcpiSignature.Madt, 0);
        Assert.Equal(AcpiTables.Fadt, _information->Tables);

        firmware = new FakeFirmware();
        firmware.Add(Madt());
        firmware.Finish(2);
        AssertBad(Read(firmware), AcpiError.Missing, AcpiSignature.Fadt, 0);

        firmware = new FakeFirmware();
        firmware.Add(Madt());
        firmware.Add(Fadt());
        firmware.Finish(2);
        AssertBad(Read(firmware), AcpiError.NotMappable, AcpiSignature.Dsdt, Dsdt);
    }

    [Fact]
    public void Madt_entries_that_do_not_fit_spoil_the_table()
    {
        byte[][] bad =
        [
            [0, 0], [0, 1], [0, 7, 0, 0, 1, 0, 0], [0, 9, 0, 0, 1, 0, 0, 0], [1, 11, .. new byte[9]], [2, 9, .. new byte[7]],
            [9, 15, .. new byte[13]], [77],
        ];
        foreach (byte[] entry in bad)
        {
            AssertBad(Read(With(Madt(LocalApic(0, 0), entry))), AcpiError.BadLength, AcpiSignature.Madt, null);
            Assert.Equal(0, _information->ProcessorCount);
        }
        Assert.True(Read(With(Madt(LocalApic(0, 0), [77, 2], [200, 5, 1, 2, 3]))).IsOk);
        Assert.Equal(1, _information->ProcessorCount);
    }

    [Fact]
    public void More_entries_than_there_is_room_for_are_left_out()
    {
        byte[][] entries =
        [
            .. Enumerable.Range(0, 100).Select(i => X2Apic((uint)i, (uint)i)),
            .. Enumerable.Range(0, 20).Select(i => IoApic((byte)i, 0xFEC00000, 0)),
            .. Enumerable.Range(0, 30).Select(i => Override((byte)i, 0, 0)),
            .. Enumerable.Range(0, 20).Select(i => NmiSource(0, 0)),
            .. Enumerable.Range(0, 20).Select(i => LocalNmi(0, 0, 0)),
        ];
        Assert.True(Read(With(Madt(entries))).IsOk);
        Assert.Equal((64, 36), (_information->ProcessorCount, _information->ProcessorsLeftOut));
        Assert.Equal((8, 24, 8, 8), (_information->IoApicCount, _information->OverrideCount, _information->NmiSourceCount, _information->LocalNmiCount));
    }

    [Fact]
    public void A_processor_listed_twice_counts_once_and_the_apic_address_may_be_overridden()
    {
        Assert.True(Read(With(Madt(LocalApic(0, 3), X2Apic(3, 0), LocalApicAddress(0x1_FEE0_0000)))).IsOk);
        Assert.Equal(1, _information->ProcessorCount);
        Assert.Equal(0x1_FEE0_0000UL, _information->LocalApicAddress);
    }

    [Fact]
    public void Impossible_fadt_values_are_refused()
    {
        Action<byte[]>[] changes =
        [
            t => PutAddress(t, 172, 1, 16, 0x10000),
            t => PutAddress(t, 148, 2, 32, 0x600),
            t => Put32(t, 48, 0x10000),
            t => t[89] = 1,
            t => t[88] = 3,
            t => { PutAddress(t, 172, 1, 16, 0); Put32(t, 64, 0); },
        ];
        foreach (Action<byte[]> change in changes)
            AssertBad(Read(With(Madt(), Fadt(change: change))), AcpiError.BadContent, AcpiSignature.Fadt, null);

        AssertBad(Read(With(Madt(), Fadt(115))), AcpiError.BadLength, AcpiSignature.Fadt, null);
        Assert.True(Read(With(Madt(), Fadt(change: t => { PutAddress(t, 172, 1, 16, 0); Put32(t, 64, 0); Put32(t, 112, 1 << 20); }))).IsOk);
        Assert.True(Read(With(Madt(), Fadt(change: t => t[108] = 200))).IsOk);
        Assert.Equal(0, _information->CenturyRegister);
        Assert.True(Read(With(Madt(), Fadt(change: t => PutAddress(t, 116, 2, 8, 0xCF9)))).IsOk);
        Assert.False(_information->ResetRegister.Exists);
    }

    [Fact]
    public void Impossible_mcfg_and_hpet_values_are_refused()
    {
        byte[] Windows(ulong address, byte first, byte last) => Table("MCFG", [.. new byte[8], .. U64(address), 0, 0, first, last, .. U32(0)]);
        byte[] Timer(byte space, ulong address) => Table("HPET", [.. U32(1), space, 64, 0, 0, .. U64(address), 0, .. U16(100), 0]);
        AssertBad(Read(With(Madt(), Fadt(), Windows(0, 0, 255))), AcpiError.BadContent, AcpiSignature.Mcfg, null);
        AssertBad(Read(With(Madt(), Fadt(), Windows(0xB0001000, 0, 255))), AcpiError.BadContent, AcpiSignature.Mcfg, null);
        AssertBad(Read(With(Madt(), Fadt(), Windows(0xB0000000, 5, 4))), AcpiError.BadContent, AcpiSignature.Mcfg, null);
        AssertBad(Read(With(Madt(), Fadt(), Windows(0xFFFFFFFF_FFF00000, 0, 9))), AcpiError.BadContent, AcpiSignature.Mcfg, null);
        AssertBad(Read(With(Madt(), Fadt(), Table("MCFG", new byte[9]))), AcpiError.BadLength, AcpiSignature.Mcfg, null);
        AssertBad(Read(With(Madt(), Fadt(), Timer(1, 0xFED00000))), AcpiError.BadContent, AcpiSignature.Hpet, null);
        AssertBad(Read(With(Madt(), Fadt(), Timer(0, 0))), AcpiError.BadContent, AcpiSignature.Hpet, null);
        AssertBad(Read(With(Madt(), Fadt(), Table("HPET", new byte[19]))), AcpiError.BadLength, AcpiSignature.Hpet, null);
    }

    public static TheoryData<string, byte[], int, int> SoftOffPackages() => new()
    {
        { "bytes", SoftOff(0x0A, 5, 0x0A, 7), 5, 7 },
        { "zero and one", SoftOff(0, 1), 0, 1 },
        { "word and double word", SoftOff(0x0B, 3, 0, 0x0C, 4, 0, 0, 0), 3, 4 },
        { "root prefix", [0x08, .. "\\_S5_"u8, 0x12, 6, 2, 0x0A, 2, 0x0A, 1], 2, 1 },
        { "longer package length", [0x08, .. "_S5_"u8, 0x12, 0x47, 0, 2, 0x0A, 2, 0x0A, 1], 2, 1 },
        { "one packed element", [0x08, .. "_S5_"u8, 0x12, 5, 1, 0x0B, 5, 6], 5, 6 },
        { "a reference first, then the definition", [.. "_S5_"u8, 0x12, 6, 2, 0, 0, .. new byte[4], 0x08, .. "_S5_"u8, 0x12, 4, 2, 1, 1], 1, 1 },
    };

    [Theory]
    [MemberData(nameof(SoftOffPackages))]
    public void The_power_off_package_is_decoded(string encoding, byte[] code, int typeA, int typeB)
    {
        Assert.True(Read(WithDsdt(code)).IsOk, encoding);
        Assert.True(_information->Has(AcpiTables.SoftOff), encoding);
        Assert.Equal((typeA, typeB), (_information->SoftOffTypeA, _information->SoftOffTypeB));
    }

    public static TheoryData<string, byte[]> BrokenPackages() => new()
    {
        { "nothing", [] },
        { "not a name", [0x09, .. "_S5_"u8, 0x12, 6, 2, 0, 0, 0, 0] },
        { "not a package", [0x08, .. "_S5_"u8, 0x11, 6, 2, 0, 0, 0, 0] },
        { "length past the table", [0x08, .. "_S5_"u8, 0x12, 20, 2, 0, 0] },
        { "huge length", [0x08, .. "_S5_"u8, 0x12, 0xCF, 0xFF, 0xFF, 0xFF, 2, 0, 0] },
        { "length too small for its elements", [0x08, .. "_S5_"u8, 0x12, 3, 2, 0, 0, 0, 0] },
        { "operand cut off", [0x08, .. "_S5_"u8, 0x12, 4, 2, 0, 0x0A] },
        { "no elements", [0x08, .. "_S5_"u8, 0x12, 4, 0, 0, 0] },
        { "not constants", [0x08, .. "_S5_"u8, 0x12, 4, 2, 0x70, 0x70] },
        { "value too large", [0x08, .. "_S5_"u8, 0x12, 6, 2, 0x0A, 8, 0x0A, 0] },
        { "cut after the name", [0x08, .. "_S5_"u8] },
        { "cut after the package operator", [0x08, .. "_S5_"u8, 0x12] },
        { "cut inside the length", [0x08, .. "_S5_"u8, 0x12, 0x80] },
    };

    [Theory]
    [MemberData(nameof(BrokenPackages))]
    public void A_broken_power_off_package_counts_as_absent(string defect, byte[] code)
    {
        Assert.True(Read(WithDsdt(code)).IsOk, defect);
        Assert.False(_information->Has(AcpiTables.SoftOff), defect);
    }

    [Fact]
    public void The_power_off_package_may_be_in_a_secondary_table()
    {
        FakeFirmware firmware = With(Madt(), Fadt(), Table("SSDT", [1, 2, 3]), Table("SSDT", SoftOff(0x0A, 4, 0x0A, 3)));
        Assert.True(Read(firmware).IsOk);
        Assert.Equal((4, 3), (_information->SoftOffTypeA, _information->SoftOffTypeB));
    }

    /// <summary>10,000 machines with damaged tables, half of them with their checksums made good again.</summary>
    [Fact]
    public void Damage_of_any_kind_is_survived()
    {
        var random = new Random(20_240_611);
        int damaged = 0;
        for (int round = 0; round < 10_000; round++)
        {
            FakeFirmware firmware = Typical((byte)(round % 2 * 2));
            byte[][] tables = [.. firmware.Memory.Values];
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                byte[] table = tables[random.Next(tables.Length)];
                int position = random.Next(table.Length);
                if (random.Next(3) == 0)
                    position = Math.Min(table.Length - 1, 4 + random.Next(2) * 32 + random.Next(4));
                table[position] = random.Next(4) switch
                {
                    0 => 0,
                    1 => 0xFF,
                    2 => (byte)(table[position] ^ 1 << random.Next(8)),
                    _ => (byte)random.Next(256),
                };
            }
            if (random.Next(2) == 0)
            {
                foreach ((ulong address, byte[] table) in firmware.Memory)
                    Seal(address, table);
            }
            AcpiResult result = Read(firmware);
            Assert.Equal(result.IsOk, result.Signature == 0);
            Assert.InRange(_information->ProcessorCount, 0, 64);
            Assert.InRange(_information->IoApicCount, 0, 8);
            Assert.InRange(_information->OverrideCount, 0, 24);
            Assert.InRange(_information->NmiSourceCount, 0, 8);
            Assert.InRange(_information->LocalNmiCount, 0, 8);
            Assert.InRange(_information->PciWindowCount, 0, 8);
            Assert.InRange(_information->SoftOffTypeA, 0, 7);
            Assert.True(_information->Has(AcpiTables.Madt) || (_information->ProcessorCount == 0 && _information->LocalApicAddress == 0));
            Assert.True(!result.IsOk || _information->Has(AcpiTables.Madt | AcpiTables.Fadt));
            damaged += result.IsOk ? 0 : 1;
        }
        Assert.InRange(damaged, 3000, 9900);
    }

    private static void Seal(ulong address, byte[] table)
    {
        if (address != RootPointer)
        {
            // The table as its own length field has it, as far as that lies in memory.
            int length = Math.Clamp(BitConverter.ToInt32(table, 4), 36, table.Length);
            FixSum(table, 9, length);
            return;
        }
        FixSum(table, 8, 20);
        if (table.Length == 36)
            FixSum(table, 32, 36);
    }

    private static FakeFirmware With(byte[] madt) => With(madt, Fadt());

    private static FakeFirmware With(byte[] madt, params byte[][] tables)
    {
        var firmware = new FakeFirmware();
        firmware.Memory[Dsdt] = Table("DSDT", []);
        firmware.Add(madt);
        foreach (byte[] table in tables)
            firmware.Add(table);
        firmware.Finish(2);
        return firmware;
    }

    private static FakeFirmware WithDsdt(byte[] code)
    {
        FakeFirmware firmware = With(Madt());
        firmware.Memory[Dsdt] = Table("DSDT", code);
        return firmware;
    }

    private AcpiResult Read(FakeFirmware firmware)
    {
        s_firmware = firmware;
        s_guarded.Reset();
        return AcpiReader.Read(RootPointer, &Map, _information);
    }

    private static byte* Map(ulong address, ulong length)
    {
        byte[]? bytes = s_firmware.Read(address, length);
        return bytes is null ? null : s_guarded.Place(bytes);
    }

    private static void AssertBad(AcpiResult result, AcpiError error, uint signature, ulong? address)
    {
        Assert.Equal((error, signature), (result.Error, result.Signature));
        if (address is not null)
            Assert.Equal(address, result.Address);
    }

    private static void AssertPort(ulong port, AcpiAddress address) =>
        Assert.Equal((port, AcpiAddress.SystemIo), (address.Address, address.Space));
}
