using System.Text;
using MicroLake.HostTests.Nn;
using MicroLake.MLaaS.Packages;
using MicroLake.Services.Supervision;
using MicroLake.Tool.Modules;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class ModuleFileTests
{
    /// <summary>RFC 8032, 7.1, test 2; FIPS 180-4, "abc".</summary>
    [Fact]
    public void A_signature_of_the_standard_is_one_and_a_changed_one_is_not()
    {
        byte[] key = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        byte[] signature = Convert.FromHexString(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        Assert.True(Sodium.IsSignature(signature, [0x72], key));
        Assert.False(Sodium.IsSignature(signature, [0x73], key));
        signature[5] ^= 1;
        Assert.False(Sodium.IsSignature(signature, [0x72], key));
        Assert.False(Sodium.IsSignature([], [0x72], key));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(Sodium.Sha256("abc"u8.ToArray())));
    }

    [Fact]
    public void Parts_come_out_as_they_went_in()
    {
        Dictionary<string, byte[]> parts = ModuleFixture.Parts();
        parts[ModulePart.Golden] = Encoding.ASCII.GetBytes("1,2,3\n");
        ModuleFile module = ModuleFile.Read(ModuleFixture.File(parts), []);
        Assert.Equal("short-first", module.Manifest.Name);
        Assert.Null(module.Signer);
        foreach ((string name, byte[] content) in parts)
            Assert.Equal(content, module.Part(name));
        Assert.Null(module.Part(ModulePart.Service));
    }

    [Fact]
    public void A_signed_module_is_by_the_holder_of_the_key_alone()
    {
        (byte[] publicKey, byte[] secretKey) = SodiumSigning.MakeKeys();
        (byte[] otherKey, _) = SodiumSigning.MakeKeys();
        Dictionary<string, byte[]> parts = ModuleFixture.Parts();
        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        parts[ModulePart.Signature] = SodiumSigning.Sign(parts[ModulePart.Digests], secretKey);
        byte[] file = ModuleFixture.File(parts);
        Assert.Equal("me", ModuleFile.Read(file, [new("other", otherKey), new("me", publicKey)]).Signer);
        Refused(file, "none of the 1 keys", new ModuleKey("other", otherKey));
        Refused(file, "no key to check it with");

        // Another model, with its own hashes under the old signature.
        parts[ModulePart.Model] = ModuleFixture.Model(last: 9);
        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        Refused(ModuleFixture.File(parts), "changed after it was signed", new ModuleKey("me", publicKey));
    }

    [Fact]
    public void What_is_no_module_is_refused()
    {
        Refused([], "empty");
        Refused(new byte[2000], "no manifest.json");
        Refused(ModuleFixture.Tar([("manifest.json", Encoding.UTF8.GetBytes(ModuleFixture.Manifest))]), "neither model.onnx nor policy.bpf.o");
        Refused(ModuleFixture.Tar([("readme.txt", [1])]), "no part of a module");
        Refused(ModuleFixture.Tar([("model.onnx", [1]), ("model.onnx", [1])]), "twice");
        Refused(ModuleFixture.Tar([("manifest.json", new byte[20_000])]), "is the most");
        Dictionary<string, byte[]> parts = ModuleFixture.Parts();
        Refused(ModuleFixture.Tar(parts.Select(p => (p.Key, p.Value))), "no parts.sha256");
        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        parts[ModulePart.Model] = ModuleFixture.Model(last: 9);
        Refused(ModuleFixture.File(parts), "changed after it was packed");
    }

    [Fact]
    public void A_service_is_a_program_and_what_it_may_and_nothing_else()
    {
        Dictionary<string, byte[]> parts = ModuleFixture.ServiceParts();
        ModuleFile module = ModuleFile.Read(ModuleFixture.File(parts), []);
        Assert.True(module.IsService);
        PackedService service = PackedService.Read(module.Manifest.Name, ModulePart.Service, module.Part(ModulePart.ServiceManifest), module.Part(ModulePart.Service));
        Assert.Equal((48, "echo"), (service.Manifest.MemoryMiB, service.Manifest.Name));
        using var output = new StringWriter();
        ModulePackage.Check(ModuleFixture.File(parts), [], prove: false, output);
        Assert.Contains("echo 1.0.0, a service: not signed", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("48 MiB of memory", output.ToString(), StringComparison.Ordinal);

        void Without(string part, string why)
        {
            Dictionary<string, byte[]> fewer = new(parts);
            fewer.Remove(part);
            Refused(ModuleFixture.File(fewer), why);
        }

        void With(string part, string content, string why)
        {
            byte[] file = ModuleFixture.File(new(parts) { [part] = Encoding.UTF8.GetBytes(content) });
            Assert.Contains(why, Assert.Throws<ModuleException>(() => ModulePackage.Check(file, [], prove: false, TextWriter.Null)).Message, StringComparison.Ordinal);
        }

        Without(ModulePart.ServiceManifest, "a service is both");
        Without(ModulePart.Service, "neither model.onnx nor policy.bpf.o to decide with, nor a service.elf");
        With(ModulePart.Model, "x", "make two modules of it");
        With(ModulePart.Manifest, """{ "name": "echo", "version": "1.0.0", "hook": "sched.pick" }""", "decides nothing");
        With(ModulePart.Manifest, """{ "name": "other", "version": "1.0.0" }""", "give both the same name");
        With(ModulePart.ServiceManifest, """{ "name": "echo", "program": "/tmp/x.elf" }""", "in a module it is \"service.elf\"");
        With(ModulePart.ServiceManifest, """{ "name": "echo", "program": "service.elf", "memory": 3 }""", "\"memory\" is unknown");
        With(ModulePart.Service, "no program", "echo: ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changed_archives_are_read_or_refused(bool isService)
    {
        byte[] seed = ModuleFixture.File(isService ? ModuleFixture.ServiceParts() : ModuleFixture.Parts());
        var random = new Random(12);
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            try
            {
                _ = ModuleFile.Read(Mutation.Apply(seed, random), []);
                read++;
            }
            catch (ModuleException)
            {
            }
        }

        // Only the zeros behind the parts and some fields of headers may change, and most of the archive is zeros.
        Assert.InRange(read, 1, 8_000);
    }

    [Fact]
    public void A_folder_becomes_a_module_and_what_the_kernel_would_refuse_does_not()
    {
        string folder = Directory.CreateTempSubdirectory("mlm").FullName;
        try
        {
            foreach ((string name, byte[] content) in ModuleFixture.Parts())
                File.WriteAllBytes(Path.Combine(folder, name), content);
            File.WriteAllText(Path.Combine(folder, "notes.txt"), "not a part");
            (byte[] publicKey, byte[] secretKey) = SodiumSigning.MakeKeys();
            string key = Path.Combine(folder, "own.key");
            File.WriteAllText(key, Convert.ToHexString(secretKey));
            byte[] file = ModulePackage.Pack(folder, SecretKey.Read(key));
            Assert.Equal(file, ModulePackage.Pack(folder, SecretKey.Read(key)));
            using var output = new StringWriter();
            ModulePackage.Check(file, [new("own", publicKey)], prove: true, output);
            Assert.Contains("short-first 1.2.3 for sched.pick: signed by own", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("proven: every decision is from", output.ToString(), StringComparison.Ordinal);

            File.WriteAllBytes(Path.Combine(folder, ModulePart.Model), ModuleFixture.Model(last: float.NaN));
            Assert.Throws<ModuleException>(() => ModulePackage.Pack(folder, null));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Refused(byte[] file, string message, params ModuleKey[] keys) =>
        Assert.Contains(message, Assert.Throws<ModuleException>(() => ModuleFile.Read(file, keys)).Message, StringComparison.Ordinal);
}
