namespace ExpertCluster.Router.Tools;

/// <summary>Follows one JSON value character by character (RFC 8259), so that it is known at each of them whether a value can still come of it.</summary>
internal sealed class JsonScanner
{
    /// <summary>Objects and arrays in each other, as in the bodies that clients send.</summary>
    private const int Deepest = 64;

    private const string Blanks = " \t\r\n";

    private readonly Stack<bool> _isObject = new();
    private State _state = State.Value;
    private string _literal = "";
    private int _at;
    private bool _isKey;

    private enum State
    {
        Value,
        ItemOrEnd,
        KeyOrEnd,
        Key,
        Colon,
        AfterValue,
        String,
        Escape,
        Hex,
        Literal,
        Minus,
        Zero,
        Digits,
        Point,
        Fraction,
        Exponent,
        ExponentSign,
        ExponentDigits,
        Done,
    }

    /// <summary>Objects and arrays that are open.</summary>
    public int Depth => _isObject.Count;

    /// <summary>Whether a value comes next.</summary>
    public bool ExpectsValue => _state is State.Value or State.ItemOrEnd;

    /// <summary>Whether a value of the innermost object or array, or the whole, has ended.</summary>
    public bool IsBehindValue => _state is State.AfterValue or State.Done;

    /// <summary>Whether a key has ended.</summary>
    public bool IsBehindKey => _state == State.Colon;

    public bool IsDone => _state == State.Done;

    /// <returns>False: no value begins so; nothing may follow.</returns>
    public bool Step(char c) => _state switch
    {
        State.String => InString(c),
        State.Escape => Escaped(c),
        State.Hex => char.IsAsciiHexDigit(c) && Then(++_at == 4 ? State.String : State.Hex),
        State.Literal => c == _literal[_at] && (++_at < _literal.Length || EndValue()),
        State.Minus => c == '0' ? Then(State.Zero) : char.IsAsciiDigit(c) && Then(State.Digits),
        State.Zero => Number(c, hasMore: false),
        State.Digits => Number(c, hasMore: true),
        State.Point => char.IsAsciiDigit(c) && Then(State.Fraction),
        State.Fraction => char.IsAsciiDigit(c) || (c is 'e' or 'E' ? Then(State.Exponent) : EndNumber(c)),
        State.Exponent => c is '+' or '-' ? Then(State.ExponentSign) : char.IsAsciiDigit(c) && Then(State.ExponentDigits),
        State.ExponentSign => char.IsAsciiDigit(c) && Then(State.ExponentDigits),
        State.ExponentDigits => char.IsAsciiDigit(c) || EndNumber(c),
        _ => Blanks.Contains(c, StringComparison.Ordinal) || Between(c),
    };

    private bool Between(char c) => _state switch
    {
        State.Value => Begin(c),
        State.ItemOrEnd => c == ']' ? Close(isObject: false) : Begin(c),
        State.KeyOrEnd => c == '}' ? Close(isObject: true) : BeginKey(c),
        State.Key => BeginKey(c),
        State.Colon => c == ':' && Then(State.Value),
        State.AfterValue => c switch
        {
            ',' => Then(_isObject.Peek() ? State.Key : State.Value),
            '}' => Close(isObject: true),
            ']' => Close(isObject: false),
            _ => false,
        },
        _ => false,
    };

    private bool Begin(char c)
    {
        switch (c)
        {
            case '{' or '[' when _isObject.Count < Deepest:
                _isObject.Push(c == '{');
                return Then(c == '{' ? State.KeyOrEnd : State.ItemOrEnd);
            case '"':
                _isKey = false;
                return Then(State.String);
            case '-':
                return Then(State.Minus);
            case '0':
                return Then(State.Zero);
            case >= '1' and <= '9':
                return Then(State.Digits);
            case 't' or 'f' or 'n':
                _literal = c == 't' ? "true" : c == 'f' ? "false" : "null";
                _at = 1;
                return Then(State.Literal);
            default:
                return false;
        }
    }

    private bool BeginKey(char c)
    {
        _isKey = true;
        return c == '"' && Then(State.String);
    }

    private bool InString(char c) => c switch
    {
        '"' => _isKey ? Then(State.Colon) : EndValue(),
        '\\' => Then(State.Escape),
        _ => c >= ' ',
    };

    private bool Escaped(char c)
    {
        _at = 0;
        return c == 'u' ? Then(State.Hex) : "\"\\/bfnrt".Contains(c, StringComparison.Ordinal) && Then(State.String);
    }

    private bool Number(char c, bool hasMore) => c switch
    {
        '.' => Then(State.Point),
        'e' or 'E' => Then(State.Exponent),
        _ => (hasMore && char.IsAsciiDigit(c)) || EndNumber(c),
    };

    /// <summary>A number ends with what is none of it.</summary>
    private bool EndNumber(char c) => Depth > 0 && EndValue() && (Blanks.Contains(c, StringComparison.Ordinal) || Between(c));

    private bool Close(bool isObject) => _isObject.Pop() == isObject && EndValue();

    private bool EndValue() => Then(Depth == 0 ? State.Done : State.AfterValue);

    private bool Then(State state)
    {
        _state = state;
        return true;
    }
}
