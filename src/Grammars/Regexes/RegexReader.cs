using System.Globalization;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Regexes;

/// <summary>
/// Reads what ECMAScript's and Python's regular expressions have in common and is regular: literals, classes, groups, alternatives, quantifiers, anchors at the
/// ends. What looks ahead, behind or back is refused by name.
/// </summary>
internal sealed class RegexReader
{
    private readonly string _source;
    private readonly RegexMode _mode;
    private readonly GrammarBudget _budget;
    private int _at;
    private int _depth;

    private RegexReader(string source, RegexMode mode, GrammarBudget budget) => (_source, _mode, _budget) = (source, mode, budget);

    /// <exception cref="GrammarException">Names the place and what is wrong there.</exception>
    public static GrammarNode Read(string source, RegexMode mode, GrammarBudget budget)
    {
        if (source.Length > GrammarLimits.MaxSource)
        {
            throw new GrammarException($"has an expression of {source.Length} characters; at most {GrammarLimits.MaxSource} are read");
        }

        RegexReader reader = new(source, mode, budget);
        var node = reader.Alternatives(isOutermost: true);
        return reader._at == source.Length ? node : throw reader.Error("has a ')' that closes nothing");
    }

    private bool IsAtEnd => _at == _source.Length;

    private GrammarNode Alternatives(bool isOutermost)
    {
        List<GrammarNode> alternatives = [Alternative(isOutermost)];
        while (!IsAtEnd && _source[_at] == '|')
        {
            _at++;
            alternatives.Add(Alternative(isOutermost));
        }

        return GrammarNode.Choice(alternatives);
    }

    private GrammarNode Alternative(bool isOutermost)
    {
        bool startsAtStart = isOutermost && Take('^');
        bool endsAtEnd = false;
        List<GrammarNode> parts = [];
        while (!IsAtEnd && _source[_at] is not ('|' or ')'))
        {
            _budget.Spend();
            if (_source[_at] == '$' && isOutermost && (_at + 1 == _source.Length || _source[_at + 1] == '|'))
            {
                _at++;
                endsAtEnd = true;
                break;
            }

            parts.Add(Quantified(Atom()));
        }

        if (isOutermost && _mode == RegexMode.Somewhere)
        {
            var anything = GrammarNode.Many(new CharactersNode(CodePointSet.All));
            parts = [.. startsAtStart ? [] : new[] { anything }, .. parts, .. endsAtEnd ? [] : new[] { anything }];
        }

        return GrammarNode.Sequence(parts);
    }

    private GrammarNode Atom()
    {
        char c = _source[_at];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                _at++;
                return new CharactersNode(Class());
            case '.':
                _at++;
                return new CharactersNode(CharacterClasses.Dot);
            case '\\':
                return new CharactersNode(Escape(inClass: false, forbids: false));
            case '^' or '$':
                throw Error($"has '{c}' inside; it is read at the ends of the expression alone");
            case '*' or '+' or '?':
                throw Error($"has '{c}' with nothing before it");
            case '{' when IsQuantifier():
                throw Error("has a quantifier with nothing before it");
            default:
                return new CharactersNode(CodePointSet.Of(Character()));
        }
    }

    private GrammarNode Group()
    {
        int start = _at++;
        if (++_depth > GrammarLimits.MaxDepth)
        {
            throw Error($"has groups in groups, deeper than {GrammarLimits.MaxDepth}");
        }

        if (Take('?'))
        {
            SkipKind(start);
        }

        var node = Alternatives(isOutermost: false);
        _depth--;
        return Take(')') ? node : throw Error("has a group that isn't closed", start);
    }

    /// <summary>What groups capture, and under which name, changes no text.</summary>
    private void SkipKind(int start)
    {
        if (Take(':'))
        {
            return;
        }

        if (Take('P') && !IsAtEnd && _source[_at] != '<')
        {
            throw Error("has a group of a kind that isn't read", start);
        }

        if (!Take('<') || IsAtEnd || _source[_at] is '=' or '!')
        {
            throw Error("looks ahead or behind, or has flags in a group; neither can be generated", start);
        }

        int close = _source.IndexOf('>', _at);
        if (close < 0)
        {
            throw Error("has a group whose name isn't closed", start);
        }

        _at = close + 1;
    }

    private GrammarNode Quantified(GrammarNode node)
    {
        if (IsAtEnd)
        {
            return node;
        }

        int start = _at;
        (int Least, int? Most)? times = null;
        switch (_source[_at])
        {
            case '*':
                (times, _at) = ((0, null), _at + 1);
                break;
            case '+':
                (times, _at) = ((1, null), _at + 1);
                break;
            case '?':
                (times, _at) = ((0, 1), _at + 1);
                break;
            case '{' when IsQuantifier():
                times = Times();
                break;
        }

        if (times is not var (least, most))
        {
            return node;
        }

        if (most < least)
        {
            throw Error($"repeats something {least} to {most} times", start);
        }

        // How much is taken first changes which match is found, not which texts match.
        Take('?');
        return !IsAtEnd && (_source[_at] is '*' or '+' or '?' || (_source[_at] == '{' && IsQuantifier()))
            ? throw Error("has a quantifier behind a quantifier")
            : new RepeatNode(node, least, most);
    }

    private (int Least, int? Most) Times()
    {
        _at++;
        int least = Number();
        int? most = least;
        if (Take(','))
        {
            most = _source[_at] == '}' ? null : Number();
        }

        _at++;
        return (least, most);
    }

    /// <summary>Whether an opening brace is one; anything else stands for itself, as in both dialects.</summary>
    private bool IsQuantifier()
    {
        int at = _at + 1;
        int digits = at;
        while (at < _source.Length && char.IsAsciiDigit(_source[at]))
        {
            at++;
        }

        if (at == digits)
        {
            return false;
        }

        if (at < _source.Length && _source[at] == ',')
        {
            at++;
            while (at < _source.Length && char.IsAsciiDigit(_source[at]))
            {
                at++;
            }
        }

        return at < _source.Length && _source[at] == '}';
    }

    private int Number()
    {
        int start = _at;
        while (char.IsAsciiDigit(_source[_at]))
        {
            _at++;
        }

        return int.TryParse(_source.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= GrammarLimits.MaxRepeats
            ? number
            : throw Error($"repeats something more than {GrammarLimits.MaxRepeats} times", start);
    }

    /// <summary>Behind the opening bracket.</summary>
    private CodePointSet Class()
    {
        int start = _at - 1;
        bool isNegated = Take('^');
        var set = CodePointSet.None;
        while (true)
        {
            if (IsAtEnd)
            {
                throw Error("has a class that isn't closed", start);
            }

            if (Take(']'))
            {
                break;
            }

            _budget.Spend();
            int firstAt = _at;
            var first = Member(isNegated);
            if (_at + 1 < _source.Length && _source[_at] == '-' && _source[_at + 1] != ']')
            {
                _at++;
                first = Range(first, Member(isNegated), firstAt);
            }

            set = set.Union(first);
        }

        set = isNegated ? set.Complement() : set;
        return set.IsEmpty ? throw Error("has a class without a character", start) : set;
    }

    private CodePointSet Range(CodePointSet first, CodePointSet last, int start) =>
        first.Ranges is [var from] && last.Ranges is [var to] && from.First == from.Last && to.First == to.Last && from.First <= to.First
            ? CodePointSet.Between(from.First, to.First)
            : throw Error("has a range that doesn't go from one character up to another", start);

    private CodePointSet Member(bool forbids) => !IsAtEnd && _source[_at] == '\\' ? Escape(inClass: true, forbids) : CodePointSet.Of(IsAtEnd ? throw Error("has a class that isn't closed") : Character());

    /// <summary>One character, which may take two places; a half of one is none.</summary>
    private int Character()
    {
        if (!char.IsSurrogate(_source[_at]))
        {
            return _source[_at++];
        }

        if (_at + 1 == _source.Length || !char.IsSurrogatePair(_source[_at], _source[_at + 1]))
        {
            throw Error("has half of a surrogate pair");
        }

        _at += 2;
        return char.ConvertToUtf32(_source[_at - 2], _source[_at - 1]);
    }

    private CodePointSet Escape(bool inClass, bool forbids)
    {
        int start = _at++;
        if (IsAtEnd)
        {
            throw Error("ends with a backslash", start);
        }

        char c = _source[_at++];
        if (CharacterClasses.OfEscape(c, forbids) is { } known)
        {
            return known;
        }

        switch (c)
        {
            case 't':
                return CodePointSet.Of('\t');
            case 'n':
                return CodePointSet.Of('\n');
            case 'r':
                return CodePointSet.Of('\r');
            case 'f':
                return CodePointSet.Of('\f');
            case 'v':
                return CodePointSet.Of('\v');
            case 'b' when inClass:
                return CodePointSet.Of('\b');
            case '0' when IsAtEnd || !char.IsAsciiDigit(_source[_at]):
                return CodePointSet.Of(0);
            case 'x':
                return Scalar(Hexadecimal(2, start), start);
            case 'u':
                return Scalar(Unicode(start), start);
            case 'U':
                return Scalar(Hexadecimal(8, start), start);
            case 'c' when !IsAtEnd && char.IsAsciiLetter(_source[_at]):
                return CodePointSet.Of(_source[_at++] & 31);
            case 'p' or 'P':
                return Property(c == 'P', start);
            default:
                return char.IsAsciiLetterOrDigit(c)
                    ? throw Error($"has \\{c}, which isn't read", start)
                    : CodePointSet.Of(c);
        }
    }

    private CodePointSet Property(bool isNegated, int start)
    {
        int close = Take('{') ? _source.IndexOf('}', _at) : -1;
        string name = close < 0 ? throw Error("has a property without its name in braces", start) : _source[_at..close];
        _at = close + 1;
        string category = name.Split('=') is ["gc" or "General_Category", var value] ? value : name;
        var set = CharacterClasses.OfProperty(category) ?? throw Error($"has a property that isn't read; general categories by their short names are, as \\p{{L}}", start);
        return isNegated ? set.Complement() : set;
    }

    private int Unicode(int start)
    {
        if (Take('{'))
        {
            int close = _source.IndexOf('}', _at);
            int digits = close - _at;
            return close > 0 && digits is >= 1 and <= 6 ? Hexadecimal(digits, start, closes: 1) : throw Error("has a \\u{…} that isn't closed, or is no character", start);
        }

        int first = Hexadecimal(4, start);
        if (!char.IsHighSurrogate((char)first) || _at + 6 > _source.Length || _source[_at] != '\\' || _source[_at + 1] != 'u')
        {
            return first;
        }

        _at += 2;
        int second = Hexadecimal(4, start);
        return char.IsLowSurrogate((char)second) ? char.ConvertToUtf32((char)first, (char)second) : throw Error("has half of a surrogate pair", start);
    }

    private int Hexadecimal(int digits, int start, int closes = 0)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            throw Error($"has an escape without its {digits} hexadecimal digits", start);
        }

        _at += digits + closes;
        return value;
    }

    private CodePointSet Scalar(int value, int start) =>
        System.Text.Rune.IsValid(value) ? CodePointSet.Of(value) : throw Error("has an escape that is no character", start);

    private bool Take(char c)
    {
        if (IsAtEnd || _source[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private GrammarException Error(string problem, int? at = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"has an expression that {problem} (at character {(at ?? _at) + 1})"));
}
