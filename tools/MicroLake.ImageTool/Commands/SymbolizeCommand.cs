using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MicroLake.ImageTool.Commands;

/// <summary><c>symbolize</c>: addresses from a panic to function, file and line, by way of LLVM's symbolizer.</summary>
internal static class SymbolizeCommand
{
    private const string Symbolizer = "llvm-symbolizer";

    public static Command Create()
    {
        Option<FileInfo> elf = new("--elf") { Required = true, Description = "The image with debug information (the .debug.elf)." };
        Argument<string[]> addresses = new("address") { Arity = ArgumentArity.OneOrMore, Description = "Hexadecimal addresses, with or without 0x." };
        Command command = new("symbolize", "Show function, file and line of addresses.") { elf, addresses };
        command.SetAction(parsed =>
        {
            TextWriter errors = parsed.InvocationConfiguration.Error;
            string path = parsed.GetRequiredValue(elf).FullName;
            var numbers = new List<string>();
            foreach (string text in parsed.GetRequiredValue(addresses))
            {
                string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
                if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address))
                {
                    errors.WriteLine($"symbolize : error ML1003: '{text}' is not a hexadecimal address");
                    return 1;
                }
                numbers.Add($"0x{address:x}");
            }
            return Run(path, numbers, parsed.InvocationConfiguration.Output, errors);
        });
        return command;
    }

    private static int Run(string elf, IEnumerable<string> addresses, TextWriter output, TextWriter errors)
    {
        if (!File.Exists(elf))
        {
            errors.WriteLine($"symbolize : error ML1003: there is no file '{elf}'");
            return 1;
        }
        try
        {
            var start = new ProcessStartInfo(Symbolizer, ["--pretty-print", "--addresses", $"--obj={elf}", .. addresses]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            output.Write(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            errors.WriteLine($"symbolize : error ML1003: {Symbolizer} is not installed; it comes with the package llvm");
            return 1;
        }
    }
}
