using System.Text;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>
/// Reads a pattern once: refuses what .NET understands differently from Oniguruma, and notes which
/// characters the pattern names itself (alone or in a range).
/// </summary>
internal sealed class PatternScanner
{
    // Word and anchor escapes differ in what they hold or where they match; the rest .NET reads as something else.
    private const string RefusedEscapes = "wWbBhHGAzZKRXkg";

    private readonly string _pattern;
    private readonly StringBuilder _rewritten = new();
    private readonly List<(char First, char Last)> _named = [];
    private int _at;

    private PatternScanner(string pattern) => _pattern = pattern;

    /// <summary>The pattern in .NET's syntax.</summary>
    public string Rewritten => _rewritten.ToString();

    /// <exception cref="ArgumentException">The pattern uses a refused construct; the message names it and its place.</exception>
    public static PatternScanner Scan(string pattern)
    {
        var scanner = new PatternScanner(pattern);
        while (scanner._at < pattern.Length)
        {
            scanner.Step();
        }

        return scanner;
    }

    public bool IsNamed(char unit)
    {
        foreach (var (first, last) in _named)
        {
            if (unit >= first && unit <= last)
            {
                return true;
            }
        }

        return false;
    }

    private void Step()
    {
        char c = _pattern[_at];
        if (c == '[')
        {
            Class();
            return;
        }

        if (c is '*' or '+' or '?' && Peek(1) == '+')
        {
            throw Refused($"possessive quantifier {c}+");
        }

        if (c == '{' && Peek(1) == ',')
        {
            throw Refused("quantifier without a lower bound");
        }

        if (c == '(' && Peek(1) == '?' && !"=!:>i<".Contains(Peek(2), StringComparison.Ordinal))
        {
            throw Refused($"group (?{Peek(2)}");
        }

        if (c == '(' && Peek(1) == '?' && Peek(2) == 'i' && Peek(3) != ':')
        {
            throw Refused("option group other than (?i:");
        }

        Character();
    }

    private void Class()
    {
        Copy();
        if (Peek(0) == '^')
        {
            Copy();
        }

        for (bool first = true; ; first = false)
        {
            char c = Peek(0);
            if (c == '\0' && _at >= _pattern.Length)
            {
                throw Refused("unclosed character class");
            }

            if (c == ']' && !first)
            {
                break;
            }

            if (c == '[')
            {
                throw Refused("set inside a character class");
            }

            if (c == '&' && Peek(1) == '&')
            {
                throw Refused("intersection of character classes");
            }

            char? low = Character();
            if (low is null || Peek(0) != '-' || Peek(1) is ']' or '[')
            {
                continue;
            }

            Copy();
            if (Character() is { } high)
            {
                _named.Add((low.Value, high));
            }
        }

        Copy();
    }

    /// <summary>Copies one character or escape; returns the character it names, null where it is a whole set.</summary>
    private char? Character()
    {
        char c = _pattern[_at];
        if (char.IsSurrogate(c))
        {
            throw Refused("character beyond the basic plane");
        }

        if (c != '\\')
        {
            Copy();
            return Name(c);
        }

        char escape = Peek(1);
        if (RefusedEscapes.Contains(escape, StringComparison.Ordinal) || char.IsAsciiDigit(escape))
        {
            throw Refused($"escape \\{escape}");
        }

        Copy();
        Copy();
        switch (escape)
        {
            case 'p' or 'P':
                int close = _pattern.IndexOf('}', _at);
                if (Peek(0) != '{' || close < 0)
                {
                    throw Refused("property without braces");
                }

                if (Peek(1) == '^')
                {
                    throw Refused("negated property \\p{^");
                }

                Copy(close + 1 - _at);
                return null;
            case 's' or 'S' or 'd' or 'D':
                return null;
            case 'x' or 'u':
                int digits = escape == 'x' ? 2 : 4;
                if (_at + digits > _pattern.Length || !ushort.TryParse(
                        _pattern.AsSpan(_at, digits), System.Globalization.NumberStyles.HexNumber, null, out ushort unit))
                {
                    throw Refused($"escape \\{escape} without {digits} hexadecimal digits");
                }

                Copy(digits);
                return Name((char)unit);
            default:
                return Name(escape switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', 'v' => '\v', _ => escape });
        }
    }

    private char Name(char c)
    {
        _named.Add((c, c));
        return c;
    }

    private char Peek(int ahead) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : '\0';

    private void Copy(int count = 1)
    {
        if (_at + count > _pattern.Length)
        {
            throw Refused("unfinished escape");
        }

        _rewritten.Append(_pattern, _at, count);
        _at += count;
    }

    private ArgumentException Refused(string construct) =>
        new($"the regular expression uses an unsupported construct at character {_at}: {construct}");
}
