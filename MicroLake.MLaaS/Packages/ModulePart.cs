namespace MicroLake.MLaaS.Packages;

/// <summary>Names of the parts of a module.</summary>
public static class ModulePart
{
    public const string Manifest = "manifest.json";

    /// <summary>A network in ONNX.</summary>
    public const string Model = "model.onnx";

    /// <summary>A policy: an ELF object of eBPF code (RFC 9669).</summary>
    public const string Policy = "policy.bpf.o";

    /// <summary>A program for ring 3.</summary>
    public const string Service = "service.elf";

    /// <summary>What that program is as a service and may use: a manifest as <c>service load</c> takes it.</summary>
    public const string ServiceManifest = "service.json";

    /// <summary>Inputs and expected outputs of the model.</summary>
    public const string Golden = "golden.csv";

    /// <summary>SHA-256 of every other part but the signature, as <c>sha256sum</c> writes it.</summary>
    public const string Digests = "parts.sha256";

    /// <summary>Ed25519 signature (RFC 8032) of <see cref="Digests"/>.</summary>
    public const string Signature = "signature.ed25519";

    /// <summary>What the author gives, in the order of the archive.</summary>
    public static readonly string[] Content = [Manifest, Model, Policy, Service, ServiceManifest, Golden];

    /// <summary>The longest that a part may be.</summary>
    public static int MostBytes(string part) => part switch
    {
        Manifest or ServiceManifest => 16 << 10,
        Digests => 1 << 10,
        Signature => Sodium.SignatureBytes,
        Policy or Golden => 1 << 20,
        _ => 64 << 20,
    };

    /// <summary>Whether a module may have a part of that name.</summary>
    public static bool IsKnown(string name) => name is Digests or Signature || Array.IndexOf(Content, name) >= 0;
}
