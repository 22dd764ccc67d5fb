using System;

namespace MicroLake.Abi;

/// <summary>What may be done to a range of memory.</summary>
[Flags]
public enum Protection : uint
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}
