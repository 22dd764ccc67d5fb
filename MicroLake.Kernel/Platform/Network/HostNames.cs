using System;
using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Network;

/// <summary>Names of this machine and of others (contracts: pal_networking.h, pal_interfaceaddresses.h).</summary>
internal static unsafe class HostNames
{
    /// <summary>GetAddrInfoErrorFlags_EAI_FAIL: there is no name service, and trying again will not help.</summary>
    private const int NoRecovery = 3;

    [RuntimeExport("SystemNative_GetHostName")]
    private static int GetHostName(byte* name, int length) => Copy("microlake"u8, name, length);

    [RuntimeExport("SystemNative_GetDomainName")]
    private static int GetDomainName(byte* name, int length) => Copy(""u8, name, length);

    [RuntimeExport("SystemNative_GetHostEntryForName")]
    private static int GetHostEntryForName() => NoRecovery;

    [RuntimeExport("SystemNative_FreeHostEntry")]
    private static void FreeHostEntry()
    {
    }

    [RuntimeExport("SystemNative_GetNameInfo")]
    private static int GetNameInfo() => NoRecovery;

    [RuntimeExport("SystemNative_GetNetworkInterfaces")]
    private static int GetNetworkInterfaces() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_EnumerateInterfaceAddresses")]
    private static int EnumerateInterfaceAddresses() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_InterfaceNameToIndex")]
    private static uint InterfaceNameToIndex() => 0;

    [RuntimeExport("SystemNative_PlatformSupportsDualModeIPv4PacketInfo")]
    private static int PlatformSupportsDualModeIPv4PacketInfo() => 0;

    private static int Copy(ReadOnlySpan<byte> text, byte* target, int length)
    {
        if (length <= text.Length)
            return Errno.Fail(Errno.InvalidArgument);
        for (int i = 0; i < text.Length; i++)
            target[i] = text[i];
        target[text.Length] = 0;
        return 0;
    }
}
