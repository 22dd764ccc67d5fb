using MicroLake.Policies.Instructions;

namespace MicroLake.HostTests.Policies;

/// <summary>Small changes of a program: other registers, numbers, offsets and operations, instructions taken out, doubled, or from another program.</summary>
internal static class ProgramMutation
{
    private static readonly int[] s_numbers = [0, 1, -1, 2, 4, 7, 8, -8, -16, 15, 16, 31, 32, 40, 56, 63, 64, 255, -512, int.MaxValue, int.MinValue];

    public static Instruction[] Apply(Instruction[] seed, Instruction[] other, Random random)
    {
        var code = new List<Instruction>(seed);
        int changes = 1 + random.Next(2);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(code.Count);
            Instruction old = code[at];
            int number = s_numbers[random.Next(s_numbers.Length)];
            switch (random.Next(9))
            {
                case 0:
                    code[at] = new(old.Opcode, random.Next(11), old.Source, old.Offset, old.Immediate);
                    break;
                case 1:
                    code[at] = new(old.Opcode, old.Destination, random.Next(11), old.Offset, old.Immediate);
                    break;
                case 2:
                    code[at] = new(old.Opcode, old.Destination, old.Source, old.Offset + number, old.Immediate);
                    break;
                case 3:
                    code[at] = new(old.Opcode, old.Destination, old.Source, old.Offset, number);
                    break;
                case 4:
                    code[at] = new(old.Opcode ^ (1 << random.Next(8)), old.Destination, old.Source, old.Offset, old.Immediate);
                    break;
                case 5:
                    code[at] = new(old.Opcode & 0x0F | random.Next(16) << 4, old.Destination, old.Source, old.Offset, old.Immediate);
                    break;
                case 6:
                    // Jumps over it lead elsewhere now, which is as good a change.
                    code.RemoveAt(at);
                    break;
                case 7:
                    code.Insert(at, code[random.Next(code.Count)]);
                    break;
                default:
                    code.Insert(at, other[random.Next(other.Length)]);
                    break;
            }

            if (code.Count == 0)
                code.Add(old);
        }

        return [.. code];
    }
}
