namespace MicroLake.Nucleus.Acpi;

/// <summary>
/// Reads the ACPI tables that a kernel needs before it has an interpreter (ACPI 6.5, chapter 5). Memory is
/// reached through a mapping function: it gets a physical address and a length in bytes and returns a pointer
/// to that many bytes, valid until the reader returns, or null when they cannot be reached.
/// </summary>
/// <remarks>
/// A table with a wrong length, checksum or content contributes nothing; the others are still read, and the
/// first defect is returned. Which sections are valid stands in <see cref="AcpiInformation.Tables"/>.
/// </remarks>
public static unsafe class AcpiReader
{
    private const ulong RsdpSignature = 0x2052545020445352; // "RSD PTR "
    private const uint RsdpLengthOfRevision0 = 20;
    private const uint RsdpLengthOfRevision2 = 36;
    private const uint MaximumRsdpLength = 1024;
    private const uint MaximumRootEntries = 1024;

    /// <summary>Looks for the root pointer where a BIOS puts it (ACPI 6.5, 5.2.5.1): the EBDA's first KiB and 0xE0000-0xFFFFF.</summary>
    public static bool TryFindRootPointer(delegate*<ulong, ulong, byte*> map, out ulong address)
    {
        byte* biosDataArea = map(0x40E, 2);
        ulong extended = biosDataArea is null ? 0 : (ulong)*(ushort*)biosDataArea << 4;
        if (extended != 0 && TryScan(extended, 1024, map, out address))
            return true;
        return TryScan(0xE0000, 0x20000, map, out address);
    }

    /// <summary>Reads everything, starting from the root pointer at a physical address.</summary>
    /// <param name="rootPointer">Physical address of the RSDP, as the loader or <see cref="TryFindRootPointer"/> gave it.</param>
    /// <param name="map">See the remarks of the class.</param>
    /// <param name="information">Cleared first, then filled.</param>
    public static AcpiResult Read(ulong rootPointer, delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        AcpiInformation.Clear(information);
        if (rootPointer == 0)
            return AcpiResult.Of(AcpiError.Missing, AcpiSignature.Rsdp, 0);
        byte* data = AcpiTable.Map(rootPointer, RsdpLengthOfRevision0, map);
        if (data is null)
            return AcpiResult.Of(AcpiError.NotMappable, AcpiSignature.Rsdp, rootPointer);
        uint length = RsdpLengthOfRevision0;
        if (*(ulong*)data == RsdpSignature && data[15] >= 2)
        {
            data = AcpiTable.Map(rootPointer, RsdpLengthOfRevision2, map);
            length = data is null ? 0 : *(uint*)(data + 20);
            if (data is not null && (length < RsdpLengthOfRevision2 || length > MaximumRsdpLength))
                return AcpiResult.Of(AcpiError.BadLength, AcpiSignature.Rsdp, rootPointer);
            if (data is not null)
                data = AcpiTable.Map(rootPointer, length, map);
            if (data is null)
                return AcpiResult.Of(AcpiError.NotMappable, AcpiSignature.Rsdp, rootPointer);
        }
        return ReadFrom(data, length, rootPointer, map, information);
    }

    /// <summary>Reads everything, starting from a copy of the root pointer, as Multiboot 2 hands it over.</summary>
    /// <param name="copy">The copied bytes.</param>
    /// <param name="length">Bytes of the copy: 20 for ACPI 1.0, 36 or more otherwise.</param>
    /// <param name="map">See the remarks of the class.</param>
    /// <param name="information">Cleared first, then filled.</param>
    public static AcpiResult ReadCopy(byte* copy, uint length, delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        AcpiInformation.Clear(information);
        return ReadFrom(copy, length, 0, map, information);
    }

    private static bool TryScan(ulong start, ulong length, delegate*<ulong, ulong, byte*> map, out ulong address)
    {
        address = 0;
        byte* area = map(start, length);
        if (area is null)
            return false;
        for (ulong offset = 0; offset + RsdpLengthOfRevision0 <= length; offset += 16)
        {
            if (*(ulong*)(area + offset) == RsdpSignature && AcpiTable.SumsToZero(area + offset, RsdpLengthOfRevision0))
            {
                address = start + offset;
                return true;
            }
        }
        return false;
    }

    private static AcpiResult ReadFrom(byte* rsdp, uint length, ulong address, delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        if (rsdp is null || length < RsdpLengthOfRevision0)
            return AcpiResult.Of(AcpiError.BadLength, AcpiSignature.Rsdp, address);
        if (*(ulong*)rsdp != RsdpSignature)
            return AcpiResult.Of(AcpiError.BadSignature, AcpiSignature.Rsdp, address);
        if (!AcpiTable.SumsToZero(rsdp, RsdpLengthOfRevision0))
            return AcpiResult.Of(AcpiError.BadChecksum, AcpiSignature.Rsdp, address);
        byte revision = rsdp[15];
        ulong root = *(uint*)(rsdp + 16);
        uint signature = AcpiSignature.Rsdt;
        uint entrySize = 4;
        if (revision >= 2)
        {
            uint recorded = length < RsdpLengthOfRevision2 ? 0 : *(uint*)(rsdp + 20);
            if (recorded < RsdpLengthOfRevision2 || recorded > length)
                return AcpiResult.Of(AcpiError.BadLength, AcpiSignature.Rsdp, address);
            if (!AcpiTable.SumsToZero(rsdp, recorded))
                return AcpiResult.Of(AcpiError.BadChecksum, AcpiSignature.Rsdp, address);
            ulong extended = *(ulong*)(rsdp + 24);
            if (extended != 0)
            {
                root = extended;
                signature = AcpiSignature.Xsdt;
                entrySize = 8;
            }
        }

        AcpiError error = AcpiTable.TryOpen(root, signature, map, out AcpiTable rootTable);
        uint entries = (rootTable.Length - AcpiTable.HeaderLength) / entrySize;
        if (error == AcpiError.None && entries > MaximumRootEntries)
            error = AcpiError.BadLength;
        if (error != AcpiError.None)
            return AcpiResult.Of(error, signature, root);
        information->Revision = revision;
        return ReadTables(rootTable, signature, entries, entrySize, map, information);
    }

    private static AcpiResult ReadTables(
        in AcpiTable root, uint rootSignature, uint entries, uint entrySize,
        delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        AcpiResult first = AcpiResult.Of(AcpiError.None, 0, 0);
        for (uint i = 0; i < entries; i++)
        {
            ulong address = Entry(root, i, entrySize);
            if (address == 0)
                continue;
            if (AcpiTable.TryPeekSignature(address, map, out uint signature))
                Note(ref first, ReadTable(address, signature, map, information), signature, address);
            else
                Note(ref first, AcpiError.NotMappable, rootSignature, address);
        }
        Note(ref first, information->Has(AcpiTables.Madt) ? AcpiError.None : AcpiError.Missing, AcpiSignature.Madt, 0);
        if (information->Has(AcpiTables.Fadt))
            Note(ref first, ReadSoftOff(root, entries, entrySize, map, information), AcpiSignature.Dsdt, information->DsdtAddress);
        else
            Note(ref first, AcpiError.Missing, AcpiSignature.Fadt, 0);
        return first;
    }

    private static AcpiError ReadTable(ulong address, uint signature, delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        AcpiTables section = signature switch
        {
            AcpiSignature.Madt => AcpiTables.Madt,
            AcpiSignature.Fadt => AcpiTables.Fadt,
            AcpiSignature.Mcfg => AcpiTables.Mcfg,
            AcpiSignature.Hpet => AcpiTables.Hpet,
            _ => AcpiTables.None,
        };

        // Tables of no interest are not even checked; of several with one name the first good one counts.
        if (section == AcpiTables.None || information->Has(section))
            return AcpiError.None;
        AcpiError error = AcpiTable.TryOpen(address, signature, map, out AcpiTable table);
        if (error != AcpiError.None)
            return error;
        return section switch
        {
            AcpiTables.Madt => Madt.Read(table, information),
            AcpiTables.Fadt => Fadt.Read(table, information),
            AcpiTables.Mcfg => Mcfg.Read(table, information),
            _ => Hpet.Read(table, information),
        };
    }

    /// <summary>Reads the power-off package from the DSDT, or from an SSDT when the DSDT has none. Its absence is no defect.</summary>
    private static AcpiError ReadSoftOff(
        in AcpiTable root, uint entries, uint entrySize, delegate*<ulong, ulong, byte*> map, AcpiInformation* information)
    {
        AcpiError error = AcpiTable.TryOpen(information->DsdtAddress, AcpiSignature.Dsdt, map, out AcpiTable table);
        if (error != AcpiError.None || SoftOffPackage.TryRead(table, information))
            return error;
        for (uint i = 0; i < entries; i++)
        {
            ulong address = Entry(root, i, entrySize);
            if (AcpiTable.TryOpen(address, AcpiSignature.Ssdt, map, out table) == AcpiError.None
                && SoftOffPackage.TryRead(table, information))
                break;
        }
        return AcpiError.None;
    }

    private static ulong Entry(in AcpiTable root, uint index, uint entrySize)
    {
        uint offset = AcpiTable.HeaderLength + index * entrySize;
        return entrySize == 8 ? root.U64(offset) : root.U32(offset);
    }

    private static void Note(ref AcpiResult first, AcpiError error, uint signature, ulong address)
    {
        if (first.IsOk && error != AcpiError.None)
            first = AcpiResult.Of(error, signature, address);
    }
}
