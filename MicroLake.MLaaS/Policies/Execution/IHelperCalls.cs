using MicroLake.Policies.Helpers;

namespace MicroLake.Policies.Execution;

/// <summary>Answers an interpreted program's calls of helpers in the place of the helpers.</summary>
public interface IHelperCalls
{
    /// <summary>What the helper leaves in r0. The arguments are as the program gave them.</summary>
    ulong Call(HelperFunction helper, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5);
}
