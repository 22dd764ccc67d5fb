using System.CommandLine;
using MicroLake.Policies;

namespace MicroLake.Tool.Verbs;

/// <summary><c>module</c>: what modules are made of.</summary>
internal static class ModuleVerb
{
    public static Command Create() => new("module", "Modules and the policies in them")
    {
        ModulePacking.CreatePack(),
        ModulePacking.CreateCheck(),
        ModulePacking.CreateKeygen(),
        CreateBpfRun(),
    };

    /// <summary><c>module bpf-run</c>: one raw program, as the plug-ins of bpf_conformance are called.</summary>
    private static Command CreateBpfRun()
    {
        Argument<string?> memory = new("MEMORY_HEX")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Bytes that the program is given: r1 is their address (0 without any), r2 their number",
        };
        Option<bool> jit = new("--jit") { Description = "Compile it to machine code, with a check at every access (the default)" };
        Option<bool> interpret = new("--interpret") { Description = "Interpret it" };
        Command command = new("bpf-run", "Run the eBPF program on standard input, as hexadecimal bytes, and print r0 in hexadecimal") { memory, jit, interpret };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(jit) && parsed.GetValue(interpret))
                throw new ToolException("--jit and --interpret exclude each other; leave one out");
            byte[] bytes = HexBytes.Parse(parsed.GetValue(memory) ?? "", "MEMORY_HEX");
            byte[] program = HexBytes.Parse(Console.In.ReadToEnd(), "the program on standard input");
            try
            {
                ulong result = RawProgram.Run(program, bytes, isCompiled: !parsed.GetValue(interpret));
                parsed.InvocationConfiguration.Output.WriteLine($"{result:x}");
                return ExitCode.Success;
            }
            catch (Exception e) when (e is PolicyException or PlatformNotSupportedException)
            {
                throw new ToolException(e.Message);
            }
        });
        return command;
    }
}
