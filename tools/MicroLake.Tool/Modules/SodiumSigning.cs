using System.Runtime.InteropServices;
using MicroLake.MLaaS.Packages;

namespace MicroLake.Tool.Modules;

/// <summary>What of libsodium only the host needs: making keys and signatures.</summary>
internal static class SodiumSigning
{
    public const int SecretKeyBytes = 64;

    private const string Library = "libsodium";

    public static (byte[] PublicKey, byte[] SecretKey) MakeKeys()
    {
        byte[] publicKey = new byte[Sodium.PublicKeyBytes], secretKey = new byte[SecretKeyBytes];
        // Sets the random numbers up; it may be called again.
        if (sodium_init() < 0 || crypto_sign_ed25519_keypair(publicKey, secretKey) != 0)
            throw new ToolException("libsodium has no random numbers");
        return (publicKey, secretKey);
    }

    /// <summary>The half of a secret key that everybody may know: its end.</summary>
    public static byte[] PublicKeyOf(byte[] secretKey) => secretKey[^Sodium.PublicKeyBytes..];

    public static byte[] Sign(byte[] data, byte[] secretKey)
    {
        byte[] signature = new byte[Sodium.SignatureBytes];
        _ = crypto_sign_ed25519_detached(signature, 0, data, (ulong)data.Length, secretKey);
        return signature;
    }

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sodium_init();

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int crypto_sign_ed25519_keypair(byte[] publicKey, byte[] secretKey);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int crypto_sign_ed25519_detached(byte[] signature, nint length, byte[] data, ulong dataLength, byte[] secretKey);
}
