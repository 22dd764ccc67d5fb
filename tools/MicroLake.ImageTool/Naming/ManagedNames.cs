using System.Text;

namespace MicroLake.ImageTool.Naming;

/// <summary>
/// Turns the AOT compiler's symbols into C#-like names:
/// <c>S_P_CoreLib_System_Collections_Generic_List_1&lt;Int32&gt;__Add</c> is <c>System.Collections.Generic.List&lt;Int32&gt;.Add</c>.
/// </summary>
/// <remarks>Grammar: <c>type "__" method ["&lt;" type ("__" type)* "&gt;"]</c>, where a type is a mangled name with arguments in the same form.</remarks>
public sealed class ManagedNames(TypeIndex types)
{
    private static readonly (string Prefix, string Meaning)[] s_helpers =
    [
        ("unbox_", "unbox "),
        ("__GetGCStaticBase_", "static base of "),
        ("__GetNonGCStaticBase_", "static base of "),
        ("__GetThreadStaticBase_", "thread-static base of "),
        ("__GenericLookupFromType_", "generic lookup in "),
        ("__GenericLookupFromDict_", "generic lookup in "),
    ];

    /// <summary>The readable name, or null when the symbol is not one of a known managed type.</summary>
    public string? Demangle(string symbol)
    {
        foreach ((string prefix, string meaning) in s_helpers)
            if (symbol.StartsWith(prefix, StringComparison.Ordinal))
                return (DemangleMethod(symbol.AsSpan(prefix.Length)) ?? DemangleType(symbol.AsSpan(prefix.Length))) is { } rest ? meaning + rest : null;
        if (symbol.StartsWith("__DelegateCtor_", StringComparison.Ordinal))
            return DemangleMethod(DelegateTarget(symbol)) is { } target ? "delegate over " + target : null;
        const string Unbox = "__<unbox>";
        if (symbol.StartsWith("<Boxed>", StringComparison.Ordinal) && symbol.IndexOf(Unbox, StringComparison.Ordinal) is > 0 and int at)
            return DemangleMethod(symbol.AsSpan(at + Unbox.Length)) is { } boxed ? "unbox " + boxed : null;
        return DemangleMethod(symbol);
    }

    /// <summary>The target in <c>__DelegateCtor_S_P_CoreLib_System_Delegate__Initialize…__TARGET</c>.</summary>
    private static ReadOnlySpan<char> DelegateTarget(string symbol)
    {
        int initializer = symbol.IndexOf("__Initialize", StringComparison.Ordinal);
        int target = initializer < 0 ? -1 : symbol.IndexOf("__", initializer + 2, StringComparison.Ordinal);
        return target < 0 ? default : symbol.AsSpan(target + 2);
    }

    private string? DemangleType(ReadOnlySpan<char> text)
    {
        int position = 0;
        var result = new StringBuilder();
        return ReadType(text, ref position, result, qualified: true, out _) ? result.ToString() : null;
    }

    private string? DemangleMethod(ReadOnlySpan<char> text)
    {
        int position = 0;
        var result = new StringBuilder();
        if (!ReadType(text, ref position, result, qualified: true, out TypeEntry type) || !text[position..].StartsWith("__"))
            return null;
        position += 2;
        ReadOnlySpan<char> rest = text[position..];
        int end = rest.IndexOf('<');
        string mangled = (end < 0 ? rest : rest[..end]).ToString();
        result.Append('.').Append(type.FindMethod(mangled) ?? mangled);
        position += mangled.Length;
        ReadArguments(text, ref position, result);
        return result.ToString();
    }

    private bool ReadType(ReadOnlySpan<char> text, ref int position, StringBuilder result, bool qualified, out TypeEntry type)
    {
        ReadOnlySpan<char> rest = text[position..];
        for (int length = rest.Length; length > 0; length--)
        {
            if (length < rest.Length && rest[length] is not ('<' or '>') && !rest[length..].StartsWith("__"))
                continue;
            if (!types.TryFind(rest[..length], out type))
                continue;
            string display = type.Display;
            result.Append(qualified ? display : display[(display.LastIndexOf('.') + 1)..]);
            position += length;
            ReadArguments(text, ref position, result);
            return true;
        }
        type = default;
        return false;
    }

    private void ReadArguments(ReadOnlySpan<char> text, ref int position, StringBuilder result)
    {
        if (position >= text.Length || text[position] != '<')
            return;
        position++;
        result.Append('<');
        while (position < text.Length && text[position] != '>')
        {
            if (result[^1] != '<')
                result.Append(", ");
            ReadArgument(text, ref position, result);
            if (text[position..].StartsWith("__"))
                position += 2;
        }
        position = Math.Min(position + 1, text.Length);
        result.Append('>');
    }

    private void ReadArgument(ReadOnlySpan<char> text, ref int position, StringBuilder result)
    {
        const string Canon = "System___Canon", Array = "__Array<";
        ReadOnlySpan<char> rest = text[position..];
        if (rest.StartsWith(Canon))
        {
            position += Canon.Length;
            result.Append("__Canon");
        }
        else if (rest.StartsWith(Array))
        {
            position += Array.Length;
            ReadArgument(text, ref position, result);
            position = Math.Min(position + 1, text.Length);
            result.Append("[]");
        }
        else if (!ReadType(text, ref position, result, qualified: false, out _))
        {
            int end = rest.IndexOfAny('<', '>');
            int separator = rest[1..].IndexOf("__") + 1;
            int length = end < 0 ? rest.Length : end;
            if (separator > 0 && separator < length)
                length = separator;
            length = Math.Max(length, 1);
            result.Append(rest[..length]);
            position += length;
            ReadArguments(text, ref position, result);
        }
    }
}
