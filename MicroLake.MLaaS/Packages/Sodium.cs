using System.Runtime.InteropServices;

namespace MicroLake.MLaaS.Packages;

/// <summary>SHA-256 and Ed25519 of libsodium: linked into the kernel, a library of the system on a host.</summary>
public static class Sodium
{
    public const int DigestBytes = 32;
    public const int SignatureBytes = 64;
    public const int PublicKeyBytes = 32;

    private const string Library = "libsodium";

    /// <summary>SHA-256 (FIPS 180-4).</summary>
    public static byte[] Sha256(byte[] data)
    {
        byte[] digest = new byte[DigestBytes];
        _ = crypto_hash_sha256(digest, data, (ulong)data.Length);
        return digest;
    }

    /// <summary>Whether it is a signature of the data by the holder of the key (RFC 8032, Ed25519).</summary>
    public static bool IsSignature(byte[] signature, byte[] data, byte[] publicKey) =>
        signature.Length == SignatureBytes && publicKey.Length == PublicKeyBytes
        && crypto_sign_ed25519_verify_detached(signature, data, (ulong)data.Length, publicKey) == 0;

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int crypto_hash_sha256(byte[] digest, byte[] data, ulong length);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int crypto_sign_ed25519_verify_detached(byte[] signature, byte[] data, ulong length, byte[] publicKey);
}
