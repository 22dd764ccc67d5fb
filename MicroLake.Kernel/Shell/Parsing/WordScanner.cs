using System.Text;

namespace MicroLake.Shell;

internal enum TokenKind
{
    Word,
    Separator,

    /// <summary><c>&gt;</c> or <c>&gt;&gt;</c>.</summary>
    Redirection,

    /// <summary>A character that POSIX shells give a meaning that this one does not have.</summary>
    Operator,

    /// <summary>The text ends inside quotes; the token's text says inside which.</summary>
    Unterminated,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Start);

/// <summary>Reads one token after the other.</summary>
internal sealed class WordScanner(string text)
{
    private const string Operators = "|&<>()`$";

    private readonly StringBuilder _word = new();
    private int _at;

    /// <summary>The last word so far, also when it is unterminated.</summary>
    public string LastWord => _word.ToString();

    /// <summary>Where the last word ended.</summary>
    public int LastWordEnd { get; private set; } = -1;

    public static bool IsSpecial(char c) => Operators.Contains(c) || c is ';' or '"' or '\'' or '\\' or '#';

    public Token? Next()
    {
        SkipBlanks();
        if (_at == text.Length)
            return null;
        int start = _at;
        char c = text[_at];
        if (c is ';' or '\n' or '\r')
        {
            _at++;
            return new Token(TokenKind.Separator, c.ToString(), start);
        }
        if (c == '>')
        {
            _at += text.AsSpan(_at).StartsWith(">>") ? 2 : 1;
            // Digits just before it would name another stream than the output.
            return start == LastWordEnd && IsNumber(LastWord)
                ? new Token(TokenKind.Operator, LastWord + ">", start)
                : new Token(TokenKind.Redirection, text[start.._at], start);
        }
        if (Operators.Contains(c))
        {
            _at++;
            return new Token(TokenKind.Operator, c.ToString(), start);
        }
        _word.Clear();
        string? unterminated = ReadWord();
        LastWordEnd = _at;
        return unterminated is null
            ? new Token(TokenKind.Word, _word.ToString(), start)
            : new Token(TokenKind.Unterminated, unterminated, start);
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && (IsBlank(text[_at]) || text[_at] == '#' || IsContinuation()))
        {
            if (text[_at] == '#')
                while (_at < text.Length && text[_at] != '\n')
                    _at++;
            else
                _at += text[_at] == '\\' ? 2 : 1;
        }
    }

    private bool IsContinuation() => text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] == '\n';

    private static bool IsNumber(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsBlank(char c) => c is not '\n' and not '\r' && char.IsWhiteSpace(c);

    /// <summary>Reads to the end of the word; says which quote is open if the text ends before.</summary>
    private string? ReadWord()
    {
        while (_at < text.Length)
        {
            char c = text[_at];
            if (char.IsWhiteSpace(c) || c == ';' || Operators.Contains(c))
                return null;
            _at++;
            switch (c)
            {
                case '\\' when _at == text.Length:
                    return "backslash at the end";
                case '\\' when text[_at] == '\n':
                    _at++;
                    break;
                case '\\':
                    _word.Append(text[_at++]);
                    break;
                case '\'':
                    int end = text.IndexOf('\'', _at);
                    _word.Append(text, _at, (end < 0 ? text.Length : end) - _at);
                    _at = end < 0 ? text.Length : end + 1;
                    if (end < 0)
                        return "single quote";
                    break;
                case '"':
                    if (!ReadDoubleQuoted())
                        return "double quote";
                    break;
                default:
                    _word.Append(c);
                    break;
            }
        }
        return null;
    }

    /// <summary>Inside double quotes a backslash quotes only what would be special there.</summary>
    private bool ReadDoubleQuoted()
    {
        while (_at < text.Length)
        {
            char c = text[_at++];
            if (c == '"')
                return true;
            if (c == '\\' && _at < text.Length && text[_at] is ('\\' or '"' or '$' or '`' or '\n'))
            {
                if (text[_at] != '\n')
                    _word.Append(text[_at]);
                _at++;
            }
            else
            {
                _word.Append(c);
            }
        }
        return false;
    }
}
