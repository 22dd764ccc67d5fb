using System;

namespace MicroLake.Nucleus.Acpi;

/// <summary>Which tables were found, checked and taken over.</summary>
[Flags]
public enum AcpiTables : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Processors and interrupt controllers.</summary>
    Madt = 1,

    /// <summary>Fixed hardware registers.</summary>
    Fadt = 2,

    /// <summary>The <c>\_S5</c> package of the DSDT or an SSDT: values for powering off.</summary>
    SoftOff = 4,

    /// <summary>PCI Express configuration windows.</summary>
    Mcfg = 8,

    /// <summary>High precision event timer.</summary>
    Hpet = 16,
}
