using System.Globalization;
using MicroLake.Policies.Instructions;

namespace MicroLake.HostTests.Policies;

/// <summary>
/// A file of <c>Cases</c>: a program in <see cref="PolicyAssembler"/>'s syntax, <c>memory BYTES</c> that it is given, and <c>result NUMBER</c> in
/// r0, or <c>error TEXT</c> that its refusal or fault must contain.
/// </summary>
internal sealed class PolicyCase
{
    public Instruction[] Program { get; }

    public byte[] Memory { get; } = [];

    public ulong Result { get; }

    public string? Error { get; }

    private PolicyCase(string text)
    {
        var program = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', 2);
            switch (words[0])
            {
                case "memory":
                    Memory = Convert.FromHexString(words[1].Replace(" ", ""));
                    break;
                case "result":
                    Result = ulong.Parse(words[1][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    break;
                case "error":
                    Error = words[1];
                    break;
                default:
                    program.Add(line);
                    break;
            }
        }

        Program = PolicyAssembler.Assemble(string.Join('\n', program));
    }

    public static string Folder { get; } = PolicyFiles.Folder("Cases");

    public static PolicyCase Read(string name) => new(File.ReadAllText(Path.Combine(Folder, name + ".txt")));
}
