using System.Text;

namespace MicroLake.CosmosSupport;

/// <summary>Collects text that arrives in pieces, as serial output does, and logs it line by line.</summary>
internal static class LineLog
{
    private static readonly Lock s_gate = new();
    private static readonly StringBuilder s_pending = new();

    public static void Append(string text)
    {
        lock (s_gate)
        {
            foreach (char c in text)
            {
                if (c == '\n')
                    Flush();
                else if (c != '\r')
                    s_pending.Append(c);
            }
        }
    }

    private static void Flush()
    {
        Machine.Log(s_pending.ToString());
        s_pending.Clear();
    }
}
