using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>
/// Open flags as the base library passes them (PAL_O_* of dotnet/runtime's pal_io.h), which are not Linux's values.
/// </summary>
internal static class PalOpenFlags
{
    private const int AccessMask = 0xF;
    private const int CloseOnExec = 0x10;
    private const int Create = 0x20;
    private const int Exclusive = 0x40;
    private const int Truncate = 0x80;
    private const int Synchronous = 0x100;
    private const int NoFollow = 0x200;

    /// <summary>Translates; false for a bit that has no meaning.</summary>
    public static bool TryConvert(int pal, out OpenFlags flags)
    {
        const int Known = AccessMask | CloseOnExec | Create | Exclusive | Truncate | Synchronous | NoFollow;
        flags = (OpenFlags)(pal & AccessMask);
        if ((pal & ~Known) != 0 || (pal & AccessMask) > (int)OpenFlags.ReadWrite)
            return false;
        Add(CloseOnExec, OpenFlags.CloseOnExec, ref flags);
        Add(Create, OpenFlags.Create, ref flags);
        Add(Exclusive, OpenFlags.Exclusive, ref flags);
        Add(Truncate, OpenFlags.Truncate, ref flags);
        Add(Synchronous, OpenFlags.Synchronous, ref flags);
        Add(NoFollow, OpenFlags.NoFollow, ref flags);
        return true;

        void Add(int bit, OpenFlags flag, ref OpenFlags to)
        {
            if ((pal & bit) != 0)
                to |= flag;
        }
    }
}
