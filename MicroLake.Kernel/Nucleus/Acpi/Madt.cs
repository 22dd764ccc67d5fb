namespace MicroLake.Nucleus.Acpi;

/// <summary>Multiple APIC Description Table (ACPI 6.5, 5.2.12).</summary>
internal static unsafe class Madt
{
    private const uint FirstEntry = 44;
    private const uint FlagEnabled = 1;
    private const uint FlagPcAtCompatible = 1;

    public static AcpiError Read(in AcpiTable table, AcpiInformation* information)
    {
        AcpiError error = Check(table);
        if (error != AcpiError.None)
            return error;
        information->LocalApicAddress = table.U32(36);
        information->HasLegacyPic = (byte)(table.U32(40) & FlagPcAtCompatible);
        for (uint offset = FirstEntry; offset < table.Length; offset += table.U8(offset + 1))
            Take(table, offset, information);
        information->Tables |= AcpiTables.Madt;
        return AcpiError.None;
    }

    /// <summary>Every entry must fit in the table and be as long as its type asks, before anything is taken over.</summary>
    private static AcpiError Check(in AcpiTable table)
    {
        if (table.Length < FirstEntry)
            return AcpiError.BadLength;
        for (uint offset = FirstEntry; offset < table.Length;)
        {
            uint length = table.U8(offset + 1);
            if (length < 2 || length > table.Length - offset || length < MinimumLength(table.U8(offset)))
                return AcpiError.BadLength;
            offset += length;
        }
        return AcpiError.None;
    }

    private static uint MinimumLength(byte type) => type switch
    {
        0 => 8,
        1 => 12,
        2 => 10,
        3 => 8,
        4 => 6,
        5 => 12,
        9 => 16,
        10 => 12,
        _ => 2,
    };

    private static void Take(in AcpiTable table, uint entry, AcpiInformation* information)
    {
        switch (table.U8(entry))
        {
            case 0: // Processor local APIC
                AddProcessor(information, table.U8(entry + 3), table.U8(entry + 2), table.U32(entry + 4));
                break;
            case 1: // I/O APIC
                AddIoApic(information, table.U8(entry + 2), table.U32(entry + 4), table.U32(entry + 8));
                break;
            case 2: // Interrupt source override; the bus is always ISA
                AddOverride(information, table.U8(entry + 3), table.U32(entry + 4), table.U16(entry + 8));
                break;
            case 3: // Non-maskable interrupt source
                AddNmiSource(information, table.U32(entry + 4), table.U16(entry + 2));
                break;
            case 4: // Local APIC NMI; 0xFF means all processors
                byte uid = table.U8(entry + 2);
                AddLocalNmi(information, uid == byte.MaxValue ? AcpiInformation.AllProcessors : uid, table.U16(entry + 3), table.U8(entry + 5));
                break;
            case 5: // Local APIC address override
                information->LocalApicAddress = table.U64(entry + 4);
                break;
            case 9: // Processor local x2APIC
                AddProcessor(information, table.U32(entry + 4), table.U32(entry + 12), table.U32(entry + 8));
                break;
            case 10: // Local x2APIC NMI
                AddLocalNmi(information, table.U32(entry + 4), table.U16(entry + 2), table.U8(entry + 8));
                break;
        }
    }

    private static void AddProcessor(AcpiInformation* information, uint apicId, uint uid, uint flags)
    {
        if ((flags & FlagEnabled) == 0)
            return;
        int count = information->ProcessorCount;

        // Firmware may list a processor by a local APIC entry and by an x2APIC entry.
        for (int i = 0; i < count; i++)
        {
            if (information->ProcessorApicIds[i] == apicId)
                return;
        }
        if (count == AcpiInformation.MaximumProcessors)
        {
            information->ProcessorsLeftOut++;
            return;
        }
        information->ProcessorApicIds[count] = apicId;
        information->ProcessorUids[count] = uid;
        information->ProcessorCount = count + 1;
    }

    private static void AddIoApic(AcpiInformation* information, byte id, uint address, uint interruptBase)
    {
        int count = information->IoApicCount;
        if (count == AcpiInformation.MaximumIoApics)
            return;
        information->IoApicIds[count] = id;
        information->IoApicAddresses[count] = address;
        information->IoApicInterruptBases[count] = interruptBase;
        information->IoApicCount = count + 1;
    }

    private static void AddOverride(AcpiInformation* information, byte source, uint interrupt, ushort flags)
    {
        int count = information->OverrideCount;
        if (count == AcpiInformation.MaximumOverrides)
            return;
        information->OverrideSources[count] = source;
        information->OverrideInterrupts[count] = interrupt;
        information->OverrideFlags[count] = flags;
        information->OverrideCount = count + 1;
    }

    private static void AddNmiSource(AcpiInformation* information, uint interrupt, ushort flags)
    {
        int count = information->NmiSourceCount;
        if (count == AcpiInformation.MaximumNmis)
            return;
        information->NmiSourceInterrupts[count] = interrupt;
        information->NmiSourceFlags[count] = flags;
        information->NmiSourceCount = count + 1;
    }

    private static void AddLocalNmi(AcpiInformation* information, uint uid, ushort flags, byte input)
    {
        int count = information->LocalNmiCount;
        if (count == AcpiInformation.MaximumNmis)
            return;
        information->LocalNmiUids[count] = uid;
        information->LocalNmiFlags[count] = flags;
        information->LocalNmiInputs[count] = input;
        information->LocalNmiCount = count + 1;
    }
}
