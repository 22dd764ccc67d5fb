namespace MicroLake.Abi;

/// <summary>Where the state of a policy at a hook begins (<see cref="HookAttachment.State"/>); the memory of its model, if it has one, follows.</summary>
public unsafe struct PolicyHead
{
    /// <summary>Machine code of a verified program: the context's address in, the decision out.</summary>
    public delegate*<void*, long> Code;

    /// <summary>Code of the model: its memory and its inputs in, its output out; null without a model.</summary>
    public delegate*<void*, long*, long> Model;

    /// <summary>From here to the memory of the model.</summary>
    public uint ModelOffset;

    /// <summary>Numbers that the model takes.</summary>
    public uint ModelInputs;

    /// <summary>Numbers of the context.</summary>
    public uint Features;

    /// <summary>From here to the ranges of the model's numbers: least and greatest of each.</summary>
    public uint RangesOffset;

    /// <summary>Not 0: the model was given a number out of its range.</summary>
    public uint Outside;
}
