using System.Collections;
using System.Globalization;
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

    /// <summary>In UTF-16 units. The longest in use have some 700.</summary>
    private const int LongestPattern = 4096;

    /// <summary>Groups in each other; those in use have three.</summary>
    private const int DeepestGroup = 32;

    /// <summary>Of a quantifier's counts. Those in use have one digit.</summary>
    private const int MostRepeats = 1000;

    private readonly string _pattern;
    private readonly StringBuilder _rewritten = new();
    private readonly BitArray _named = new(char.MaxValue + 1);
    private int _at;
    private int _depth;

    private PatternScanner(string pattern) => _pattern = pattern;

    /// <summary>The pattern in .NET's syntax.</summary>
    public string Rewritten => _rewritten.ToString();

    /// <exception cref="ArgumentException">The pattern uses a refused construct; the message names it and its place.</exception>
    public static PatternScanner Scan(string pattern)
    {
        if (pattern.Length > LongestPattern)
        {
            throw new ArgumentException($"the regular expression has {pattern.Length} characters; at most {LongestPattern} are taken");
        }

        var scanner = new PatternScanner(pattern);
        while (scanner._at < pattern.Length)
        {
            scanner.Step();
        }

        return scanner;
    }

    public bool IsNamed(char unit) => _named[unit];

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

        if (c == '{')
        {
            CheckCounts();
        }

        if (c is '(' or ')')
        {
            CheckDepth(c);
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
                for (int unit = low.Value; unit <= high; unit++)
                {
                    _named[unit] = true;
                }
            }
        }

        Copy();
    }

    /// <summary>Copies one character or escape; returns the character it names, null where it is a whole set.</summary>
    private char? Character()
    {
        if (_at >= _pattern.Length)
        {
            // Behind the bar of a range: elsewhere there is one.
            throw Refused("unclosed character class");
        }

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
                        _pattern.AsSpan(_at, digits), NumberStyles.HexNumber, null, out ushort unit))
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
        _named[c] = true;
        return c;
    }

    private void CheckDepth(char bracket)
    {
        _depth += bracket == '(' ? 1 : -1;
        if (_depth > DeepestGroup)
        {
            throw Refused($"groups within each other, more than {DeepestGroup}");
        }
    }

    private void CheckCounts()
    {
        int close = _pattern.IndexOf('}', _at);
        foreach (string count in close < 0 ? [] : _pattern[(_at + 1)..close].Split(',', 3))
        {
            // What is no count leaves the brace a character of its own.
            if (count.Length > 0 && count.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
                && (!int.TryParse(count, CultureInfo.InvariantCulture, out int repeats) || repeats > MostRepeats))
            {
                throw Refused($"{{{count[..Math.Min(count.Length, 20)]}, a count above {MostRepeats}");
            }
        }
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
