namespace MicroLake.Tool.Verbs;

/// <summary>Bytes as people and other programs write them: two hexadecimal digits each, with white space anywhere between.</summary>
internal static class HexBytes
{
    /// <param name="text">The digits.</param>
    /// <param name="what">Where they are from, for the error.</param>
    /// <exception cref="ToolException">They are not.</exception>
    public static byte[] Parse(string text, string what)
    {
        var bytes = new List<byte>(text.Length / 2);
        int high = -1;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
                continue;
            if (!char.IsAsciiHexDigit(text[i]))
                throw new ToolException($"{what}: '{text[i]}' at position {i + 1} is no hexadecimal digit; write bytes as two digits each, such as '95 00'");
            int digit = Convert.ToInt32(text[i].ToString(), 16);
            if (high >= 0)
                bytes.Add((byte)(high << 4 | digit));
            high = high >= 0 ? -1 : digit;
        }

        return high < 0 ? [.. bytes] : throw new ToolException($"{what}: the last byte has one digit; write bytes as two digits each");
    }
}
