using System;
using MicroLake.Abi;

namespace MicroLake.Nucleus.Features;

/// <summary>The description of a registry of the nucleus's own, put together on the stack.</summary>
internal unsafe struct FeatureSchema
{
    private const int Capacity = 8;

    public FeatureRegistryState State;
    private fixed byte _fields[Capacity * FeatureField.Bytes];

    public FeatureSchema(ReadOnlySpan<byte> name, ulong vectors)
    {
        this = default;
        for (int i = 0; i < name.Length; i++)
            State.Name[i] = name[i];
        State.Capacity = vectors;
    }

    public FeatureField* Fields
    {
        get
        {
            // SAFETY: the structure is a local variable of its maker, which does not move.
            fixed (byte* fields = _fields)
                return (FeatureField*)fields;
        }
    }

    /// <summary>Adds a field; names are shorter than <see cref="FeatureField.NameBytes"/>.</summary>
    public void Add(ReadOnlySpan<byte> name, FeatureKind kind, ushort elements = 1)
    {
        FeatureField* field = Fields + State.Fields++;
        for (int i = 0; i < name.Length; i++)
            field->Name[i] = name[i];
        field->Kind = kind;
        field->Elements = elements;
        field->History = 1;
    }
}
