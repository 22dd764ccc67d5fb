using System.Security.Cryptography;

namespace MicroLake.GuestTests.Suites;

[Area("System.Security.Cryptography (OpenSSL-backed)", Works = false)]
public static class CryptographyProbes
{
    [GuestTest]
    public static string Hashing_with_SHA256() => Absent.Fails(() => SHA256.HashData("abc"u8));

    [GuestTest]
    public static string Encrypting_with_AES() => Absent.Fails(() =>
    {
        using var aes = Aes.Create();
        aes.EncryptCbc(new byte[3], new byte[16]);
    });

    [GuestTest]
    public static string Signing_with_RSA() => Absent.Fails(() =>
    {
        using var rsa = RSA.Create(2048);
        rsa.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    });
}
