using MicroLake.Abi;

namespace MicroLake.Services.Programs;

/// <summary>A handle that a process is started with: a duplicate of one of the kernel's.</summary>
/// <param name="Name">By which the process finds it.</param>
/// <param name="Handle">The kernel's, which stays the kernel's.</param>
/// <param name="Rights">What the process may do with it, beside passing it on.</param>
/// <param name="Badge">By which the server knows who calls; 0: none.</param>
public readonly record struct StartHandle(string Name, uint Handle, HandleRights Rights, ulong Badge = 0);
