using System.Text;
using MicroLake.Files;

namespace MicroLake.MLaaS.Packages;

/// <summary>A <c>.mlm</c> file taken apart: a tar archive of known parts, each of which has the hash that the archive says.</summary>
public sealed class ModuleFile
{
    private readonly Dictionary<string, byte[]> _parts;

    private ModuleFile(Dictionary<string, byte[]> parts, ModuleManifest manifest, string? signer)
    {
        _parts = parts;
        Manifest = manifest;
        Signer = signer;
    }

    public ModuleManifest Manifest { get; }

    /// <summary>Whose key signed it; null: it is not signed.</summary>
    public string? Signer { get; }

    /// <summary>Whether it is a service; otherwise it decides at a hook.</summary>
    public bool IsService => _parts.ContainsKey(ModulePart.Service);

    /// <summary>The bytes of a part, or null.</summary>
    public byte[]? Part(string name) => _parts.GetValueOrDefault(name);

    /// <summary>Takes a file apart and checks structure, manifest, hashes and signature.</summary>
    /// <param name="file">The whole file; not kept.</param>
    /// <param name="keys">By whom a module may be signed.</param>
    /// <exception cref="ModuleException">It is no module, it was changed after it was packed, or its signature is by nobody known.</exception>
    public static ModuleFile Read(byte[] file, IReadOnlyList<ModuleKey> keys)
    {
        Dictionary<string, byte[]> parts = Unpack(file);
        if (!parts.TryGetValue(ModulePart.Manifest, out byte[]? json))
            throw new ModuleException("the module has no manifest.json; make it with module pack");
        bool decides = parts.ContainsKey(ModulePart.Model) || parts.ContainsKey(ModulePart.Policy);
        bool serves = parts.ContainsKey(ModulePart.Service);
        if (!decides && !serves)
            throw new ModuleException("the module has neither model.onnx nor policy.bpf.o to decide with, nor a service.elf");
        if (decides && serves)
            throw new ModuleException("the module has something to decide with and a service.elf; make two modules of it");
        if (serves != parts.ContainsKey(ModulePart.ServiceManifest))
            throw new ModuleException("the module has one of service.elf and service.json; a service is both");
        CheckDigests(parts);
        string? signer = CheckSignature(parts, keys);
        ModuleManifest manifest = ModuleManifest.Read(json, decides);
        if (!parts.ContainsKey(ModulePart.Policy) && manifest.Policy is not { Features: null, Helpers: null })
            throw new ModuleException($"the manifest grants to a \"policy\", and the module has no {ModulePart.Policy}; leave one out, or add the other");
        return new(parts, manifest, signer);
    }

    /// <summary>The lines of <see cref="ModulePart.Digests"/> for parts.</summary>
    public static byte[] DigestsOf(IReadOnlyDictionary<string, byte[]> parts)
    {
        var lines = new StringBuilder();
        foreach (string name in ModulePart.Content)
            if (parts.TryGetValue(name, out byte[]? content))
                lines.Append(Convert.ToHexStringLower(Sodium.Sha256(content))).Append("  ").Append(name).Append('\n');
        return Encoding.ASCII.GetBytes(lines.ToString());
    }

    private static Dictionary<string, byte[]> Unpack(byte[] file)
    {
        var parts = new Dictionary<string, byte[]>();
        try
        {
            var reader = new TarReader("the module", file);
            while (reader.Read() is { } entry)
            {
                if (entry.Type is not ('0' or '7'))
                    throw new ModuleException($"the module holds {TarReader.Printable(entry.Path)}, which is no file; make it with module pack");
                if (!ModulePart.IsKnown(entry.Path))
                    throw new ModuleException($"the module holds {TarReader.Printable(entry.Path)}, which is no part of a module; parts are {string.Join(", ", ModulePart.Content)}");
                if (entry.Size > ModulePart.MostBytes(entry.Path))
                    throw new ModuleException($"{entry.Path} has {entry.Size} bytes, and {ModulePart.MostBytes(entry.Path)} is the most");
                if (!parts.TryAdd(entry.Path, file.AsSpan(entry.DataOffset, entry.Size).ToArray()))
                    throw new ModuleException($"the module holds {entry.Path} twice");
            }
        }
        catch (TarFormatException error)
        {
            throw new ModuleException(error.Message, error);
        }

        return parts;
    }

    private static void CheckDigests(Dictionary<string, byte[]> parts)
    {
        if (!parts.TryGetValue(ModulePart.Digests, out byte[]? digests))
            throw new ModuleException($"the module has no {ModulePart.Digests}; make it with module pack");
        if (!digests.AsSpan().SequenceEqual(DigestsOf(parts)))
            throw new ModuleException($"the parts do not have the hashes of {ModulePart.Digests}: the module was changed after it was packed");
    }

    private static string? CheckSignature(Dictionary<string, byte[]> parts, IReadOnlyList<ModuleKey> keys)
    {
        if (!parts.TryGetValue(ModulePart.Signature, out byte[]? signature))
            return null;
        byte[] signed = parts[ModulePart.Digests];
        foreach (ModuleKey key in keys)
            if (Sodium.IsSignature(signature, signed, key.Bytes))
                return key.Name;
        throw new ModuleException(
            keys.Count == 0
                ? "the module is signed, but there is no key to check it with; put the signer's .pub file into iso/boot/keys"
                : $"the module's signature is by none of the {keys.Count} keys known here, or it was changed after it was signed; put the signer's .pub file into iso/boot/keys");
    }
}
