namespace MicroLake.Nucleus.Acpi;

/// <summary>What is wrong with a table.</summary>
public enum AcpiError
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The table does not exist.</summary>
    Missing,

    /// <summary>The physical range of the table cannot be reached.</summary>
    NotMappable,

    /// <summary>The signature is not the one that belongs there.</summary>
    BadSignature,

    /// <summary>The length is too small for the header or absurdly large, or an entry does not fit.</summary>
    BadLength,

    /// <summary>The bytes do not sum to zero.</summary>
    BadChecksum,

    /// <summary>A field has a value that it cannot have.</summary>
    BadContent,
}

/// <summary>Outcome of reading the ACPI tables: the first defect met, with the table that has it.</summary>
public struct AcpiResult
{
    /// <summary>The defect, or <see cref="AcpiError.None"/>.</summary>
    public AcpiError Error;

    /// <summary>
    /// Signature of the bad table: four ASCII bytes, the first in the lowest bits. "RSD " is the root pointer;
    /// the root table stands for an address in it that leads nowhere.
    /// </summary>
    public uint Signature;

    /// <summary>Physical address of the bad table, 0 when it is missing.</summary>
    public ulong Address;

    /// <summary>Whether every table that is used was good.</summary>
    public readonly bool IsOk => Error == AcpiError.None;

    internal static AcpiResult Of(AcpiError error, uint signature, ulong address)
    {
        AcpiResult result;
        result.Error = error;
        result.Signature = signature;
        result.Address = address;
        return result;
    }
}
