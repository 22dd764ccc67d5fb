namespace MicroLake.Shell;

/// <summary>Text from outside made fit to be shown in a message.</summary>
public static class Printable
{
    private const int Limit = 60;

    /// <summary>Cuts long text, and puts a question mark for what would move the cursor.</summary>
    public static string Shorten(string text)
    {
        string cut = text.Length <= Limit ? text : text[..Limit] + "...";
        return new string(Array.ConvertAll(cut.ToCharArray(), c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
