namespace MicroLake.Platform.Network;

/// <summary>Errors as the base library's network calls return them (pal_errno.h of dotnet/runtime).</summary>
internal static class PalError
{
    public const int Success = 0;
    public const int AddressFamilyNotSupported = 0x10005;
    public const int BadAddress = 0x10015;
    public const int InvalidArgument = 0x1001c;
    public const int OutOfMemory = 0x10031;
    public const int NotASocket = 0x1003c;
}
