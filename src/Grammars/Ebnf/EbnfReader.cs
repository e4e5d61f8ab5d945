using System.Globalization;
using System.Text;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Ebnf;

/// <summary>
/// Reads llama.cpp's GBNF, which vLLM's structured_outputs.grammar takes as well: <c>name ::= "text" [a-z]+ (other | .){2,3} # remark</c>. The text is what the
/// rule root says. A rule ends where the next one begins.
/// </summary>
internal sealed class EbnfReader
{
    private const string Root = "root";

    private readonly string _source;
    private readonly GrammarBudget _budget;
    private readonly GrammarBuilder _builder = new();
    private readonly Dictionary<string, RuleNode> _rules = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;

    private EbnfReader(string source, GrammarBudget budget) => (_source, _budget) = (source, budget);

    /// <exception cref="GrammarException">Names the place and what is wrong there.</exception>
    public static Grammar Read(string source, GrammarBudget budget)
    {
        if (source.Length > GrammarLimits.MaxSource)
        {
            throw new GrammarException($"has {source.Length} characters; at most {GrammarLimits.MaxSource} are read");
        }

        return new EbnfReader(source, budget).Read();
    }

    private Grammar Read()
    {
        var root = RuleOf(Root);
        Skip();
        while (_at < _source.Length)
        {
            string name = Name() ?? throw Error("a rule's name is due");
            Skip();
            if (!Take("::="))
            {
                throw Error($"'::=' is due behind '{name}'; rules are written as in GBNF: name ::= …");
            }

            var rule = RuleOf(name);
            if (_builder.IsDefined(rule))
            {
                throw Error($"the rule '{name}' is written twice");
            }

            _builder.Define(rule, Alternatives());
        }

        if (!_builder.IsDefined(root))
        {
            throw new GrammarException("has no rule 'root', with which a text begins");
        }

        return _rules.FirstOrDefault(rule => !_builder.IsDefined(rule.Value)) is { Key: { } missing }
            ? throw new GrammarException($"names a rule that it doesn't have: '{missing}'")
            : _builder.Build();
    }

    private RuleNode RuleOf(string name)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            _rules.Add(name, rule = _builder.Declare(name));
        }

        return rule;
    }

    private GrammarNode Alternatives()
    {
        List<GrammarNode> alternatives = [];
        do
        {
            alternatives.Add(Sequence());
        }
        while (Take("|"));

        return GrammarNode.Choice(alternatives);
    }

    private GrammarNode Sequence()
    {
        List<GrammarNode> parts = [];
        for (Skip(); Item() is { } item; Skip())
        {
            _budget.Spend();
            parts.Add(Repeated(item));
        }

        return GrammarNode.Sequence(parts);
    }

    /// <summary>Null where the sequence ends.</summary>
    private GrammarNode? Item()
    {
        if (_at == _source.Length || _source[_at] is '|' or ')' || StartsRule())
        {
            return null;
        }

        switch (_source[_at])
        {
            case '"' or '\'':
                return Literal(_source[_at++]);
            case '[':
                return new CharactersNode(Class());
            case '.':
                _at++;
                return new CharactersNode(CodePointSet.All);
            case '(':
                return Group();
            default:
                return Name() is { } name ? RuleOf(name) : throw Error($"'{_source[_at]}' is not read here");
        }
    }

    private GrammarNode Group()
    {
        _at++;
        if (++_depth > GrammarLimits.MaxDepth)
        {
            throw Error($"groups are in groups, deeper than {GrammarLimits.MaxDepth}");
        }

        var node = Alternatives();
        _depth--;
        return Take(")") ? node : throw Error("a ')' is due");
    }

    private GrammarNode Repeated(GrammarNode node)
    {
        Skip();
        var repeated = Take("*") ? GrammarNode.Many(node)
            : Take("+") ? new RepeatNode(node, 1, null)
            : Take("?") ? GrammarNode.Optional(node)
            : Take("{") ? Times(node)
            : node;
        Skip();
        return !ReferenceEquals(repeated, node) && _at < _source.Length && _source[_at] is ('*' or '+' or '?' or '{')
            ? throw Error("a quantifier stands behind a quantifier; put the first into parentheses")
            : repeated;
    }

    /// <summary>Behind the opening brace.</summary>
    private RepeatNode Times(GrammarNode node)
    {
        Skip();
        int? least = Number();
        Skip();
        int? most = least;
        if (Take(","))
        {
            Skip();
            most = Number();
        }
        else if (least is null)
        {
            throw Error("a number is due");
        }

        Skip();
        if (!Take("}"))
        {
            throw Error("a '}' is due");
        }

        return most < least ? throw Error($"something is repeated {least} to {most} times") : new RepeatNode(node, least ?? 0, most);
    }

    private int? Number()
    {
        int start = _at;
        while (_at < _source.Length && char.IsAsciiDigit(_source[_at]))
        {
            _at++;
        }

        if (start == _at)
        {
            return null;
        }

        return int.TryParse(_source.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= GrammarLimits.MaxRepeats
            ? number
            : throw Error($"something is repeated more than {GrammarLimits.MaxRepeats} times");
    }

    private GrammarNode Literal(char quote)
    {
        StringBuilder text = new();
        while (_at < _source.Length && _source[_at] != quote)
        {
            if (_source[_at] is '\n' or '\r')
            {
                break;
            }

            text.Append(char.ConvertFromUtf32(Character()));
        }

        return Take(quote.ToString()) ? GrammarNode.Text(text.ToString()) : throw Error("a text isn't closed on its line");
    }

    private CodePointSet Class()
    {
        _at++;
        bool isNegated = Take("^");
        List<CodePoints> ranges = [];
        while (_at < _source.Length && _source[_at] != ']')
        {
            _budget.Spend();
            int first = Character();
            int last = first;
            if (_at + 1 < _source.Length && _source[_at] == '-' && _source[_at + 1] != ']')
            {
                _at++;
                last = Character();
            }

            ranges.Add(first <= last ? new CodePoints(first, last) : throw Error("a range doesn't go from one character up to another"));
        }

        if (!Take("]"))
        {
            throw Error("a class isn't closed");
        }

        var set = CodePointSet.Of(ranges);
        set = isNegated ? set.Complement() : set;
        return set.IsEmpty ? throw Error("a class has no character") : set;
    }

    private int Character()
    {
        char c = _source[_at++];
        if (char.IsSurrogate(c))
        {
            return _at < _source.Length && char.IsSurrogatePair(c, _source[_at]) ? char.ConvertToUtf32(c, _source[_at++]) : throw Error("half of a surrogate pair is no character");
        }

        if (c != '\\')
        {
            return c;
        }

        char escaped = _at < _source.Length ? _source[_at++] : throw Error("a backslash ends it");
        return escaped switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            'U' => Hexadecimal(8),
            _ when char.IsAsciiLetterOrDigit(escaped) => throw Error($"\\{escaped} isn't read"),
            _ => escaped,
        };
    }

    private int Hexadecimal(int digits)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) || !Rune.IsValid(value))
        {
            throw Error($"an escape has no {digits} hexadecimal digits of a character");
        }

        _at += digits;
        return value;
    }

    private bool StartsRule()
    {
        int start = _at;
        bool isRule = Name() is not null && SkipAndTake();
        _at = start;
        return isRule;

        bool SkipAndTake()
        {
            Skip();
            return Take("::=");
        }
    }

    private string? Name()
    {
        int start = _at;
        while (_at < _source.Length && (char.IsAsciiLetterOrDigit(_source[_at]) || _source[_at] is '-' or '_'))
        {
            _at++;
        }

        return start == _at ? null : _source[start.._at];
    }

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_source, _at, text, 0, text.Length) != 0)
        {
            return false;
        }

        _at += text.Length;
        return true;
    }

    /// <summary>Blanks, ends of lines, remarks.</summary>
    private void Skip()
    {
        while (_at < _source.Length && (char.IsWhiteSpace(_source[_at]) || _source[_at] == '#'))
        {
            _at = _source[_at] != '#' ? _at + 1 : _source.IndexOf('\n', _at) is >= 0 and var end ? end : _source.Length;
        }
    }

    private GrammarException Error(string problem)
    {
        int line = _source.AsSpan(0, Math.Min(_at, _source.Length)).Count('\n') + 1;
        return new GrammarException(string.Create(CultureInfo.InvariantCulture, $"can't be read in line {line}: {problem}"));
    }
}
