namespace MicroLake.Nn;

/// <summary>How dense layers that follow each other run.</summary>
public enum LayerStacking
{
    /// <summary>Each layer in a kernel of its own, all rows through one layer before the next.</summary>
    None,

    /// <summary>In one kernel: as many rows as a vector has lanes go through all layers together.</summary>
    Rows,

    /// <summary>As <see cref="Rows"/>; and where a Relu stands before a layer of few columns, that layer's products are held back where its
    /// inputs are negative, rather than computed of zeros. An emulator multiplies zeros in software, two to three times slower than other numbers.</summary>
    GatedRows,
}
