namespace MicroLake.Nucleus.Acpi;

/// <summary>
/// Finds <c>Name (\_S5, Package () { SLP_TYPa, SLP_TYPb, ... })</c> in AML byte code without interpreting it
/// (ACPI 6.5: 7.3.4.5 for the package, 20.2 for the encoding). Only a name directly followed by a package of
/// constants counts, as firmware writes it.
/// </summary>
internal static unsafe class SoftOffPackage
{
    private const byte NameOp = 0x08;
    private const byte PackageOp = 0x12;
    private const byte RootChar = (byte)'\\';
    private const uint NameS5 = 0x5F35535F; // "_S5_"
    private const uint LargestSleepType = 7;

    public static bool TryRead(in AcpiTable table, AcpiInformation* information)
    {
        for (uint offset = AcpiTable.HeaderLength; offset + 4 < table.Length; offset++)
        {
            if (table.U32(offset) != NameS5 || !FollowsNameOp(table, offset))
                continue;
            if (TryReadPackage(table, offset + 4, out byte typeA, out byte typeB))
            {
                information->SoftOffTypeA = typeA;
                information->SoftOffTypeB = typeB;
                information->Tables |= AcpiTables.SoftOff;
                return true;
            }
        }
        return false;
    }

    private static bool FollowsNameOp(in AcpiTable table, uint name)
    {
        uint before = name - 1;
        if (table.U8(before) == RootChar)
            before--;
        return before >= AcpiTable.HeaderLength && table.U8(before) == NameOp;
    }

    private static bool TryReadPackage(in AcpiTable table, uint offset, out byte typeA, out byte typeB)
    {
        typeA = 0;
        typeB = 0;
        if (table.U8(offset) != PackageOp)
            return false;
        uint start = offset + 1;
        byte lead = table.U8(start);
        uint extra = (uint)lead >> 6;
        uint length = extra == 0 ? (uint)lead & 0x3F : (uint)lead & 0x0F;
        for (uint i = 0; i < extra; i++)
            length |= (uint)table.U8(start + 1 + i) << (int)(4 + 8 * i);
        if (start >= table.Length || length > table.Length - start)
            return false;
        uint end = start + length;
        uint position = start + 1 + extra;
        byte elements = table.U8(position++);

        if (elements == 0 || !TryReadInteger(table, ref position, end, out uint first))
            return false;
        uint second = 0;
        if (elements == 1)
        {
            // One integer may hold both values, a byte each.
            second = first >> 8;
            first &= byte.MaxValue;
        }
        else if (!TryReadInteger(table, ref position, end, out second))
            return false;
        if (first > LargestSleepType || second > LargestSleepType)
            return false;
        typeA = (byte)first;
        typeB = (byte)second;
        return true;
    }

    private static bool TryReadInteger(in AcpiTable table, ref uint position, uint end, out uint value)
    {
        value = 0;
        if (position >= end)
            return false;
        uint operand = position + 1;
        uint size;
        switch (table.U8(position))
        {
            case 0x00: // ZeroOp
                size = 0;
                break;
            case 0x01: // OneOp
                size = 0;
                value = 1;
                break;
            case 0x0A: // BytePrefix
                size = 1;
                value = table.U8(operand);
                break;
            case 0x0B: // WordPrefix
                size = 2;
                value = table.U16(operand);
                break;
            case 0x0C: // DWordPrefix
                size = 4;
                value = table.U32(operand);
                break;
            default:
                return false;
        }
        position = operand + size;
        return position <= end;
    }
}
