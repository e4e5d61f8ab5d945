using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>
/// Reads one call as it comes: {"name": "f", "arguments": {...}}, in whichever order; Llama's models say "parameters". It begins with its name and the first character of
/// its arguments; what can't be one any more is said at the character that shows it.
/// </summary>
/// <param name="tools">Names that can be called.</param>
internal sealed class CallReader(IReadOnlySet<string> tools)
{
    /// <summary>What an object of a call has: any other key makes it an answer in JSON.</summary>
    private static readonly string[] Keys = ["name", "arguments", "parameters", "type", "id"];

    private readonly JsonScanner _scanner = new();
    private readonly StringBuilder _raw = new();
    private int _keyAt;
    private string _key = "";

    /// <summary>Where the value begins that is read now; -1: none of the object's own is.</summary>
    private int _valueAt = -1;
    private string? _name;
    private int _argumentsAt = -1;
    private int _argumentsEnd = -1;
    private int _given;

    /// <summary>Its text so far.</summary>
    public string Raw => _raw.ToString();

    /// <summary>Whether any of it came.</summary>
    public bool HasAny => _raw.Length > 0;

    /// <summary>Whether its name was given.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Of <see cref="Raw"/>, the part behind what was given of its arguments.</summary>
    public string Rest => Raw[_given..];

    public bool IsDone => _scanner.IsDone;

    /// <param name="text">More of it.</param>
    /// <param name="pieces">Gets the call and its arguments.</param>
    /// <param name="used">Characters that belong to it.</param>
    /// <returns>False: it is no call. The character that shows it is not used.</returns>
    public bool Append(ReadOnlySpan<char> text, ICollection<ToolPiece> pieces, out int used)
    {
        bool holds = true;
        for (used = 0; used < text.Length && !IsDone && holds; used++)
        {
            int at = _raw.Length;
            holds = Step(text[used]);
            _raw.Length = holds ? _raw.Length : at;
        }

        used -= holds ? 0 : 1;
        if (holds)
        {
            holds = Give(pieces);
        }

        return holds;
    }

    private bool Step(char c)
    {
        int at = _raw.Length;
        bool opensValue = _scanner.Depth == 1 && _scanner.ExpectsValue && !char.IsWhiteSpace(c);
        bool opensKey = _scanner.Depth == 1 && _valueAt < 0 && c == '"' && !_scanner.ExpectsValue && !_scanner.IsBehindKey && _keyAt == 0;
        if ((at == 0 && c != '{') || !_scanner.Step(c))
        {
            return false;
        }

        _raw.Append(c);
        if (opensKey)
        {
            _keyAt = at;
            return true;
        }

        if (_keyAt > 0 && _scanner.Depth == 1 && _scanner.IsBehindKey && c == '"')
        {
            _key = Decoded(_keyAt, at + 1);
            _keyAt = 0;
            return Keys.Contains(_key);
        }

        if (opensValue)
        {
            _valueAt = at;
            return Opened(c, at);
        }

        return _valueAt < 0 || !(IsDone || (_scanner.Depth == 1 && _scanner.IsBehindValue)) || Ended(at + 1);
    }

    private bool Opened(char c, int at)
    {
        if (_key is "arguments" or "parameters")
        {
            // Twice is no call that anybody means.
            if (_argumentsAt >= 0 || c is not ('{' or '"' or 'n'))
            {
                return false;
            }

            _argumentsAt = at;
            _given = at;
        }

        // None is a number: where one ends only the character behind it tells.
        return _key == "name" ? _name is null && c == '"' : c is '"' or 'n' or '{';
    }

    private bool Ended(int end)
    {
        int from = _valueAt;
        _valueAt = -1;
        if (_key == "name")
        {
            _name = Decoded(from, end);
            return tools.Contains(_name);
        }

        if (from == _argumentsAt && _argumentsEnd < 0)
        {
            _argumentsEnd = end;
        }

        return true;
    }

    private bool Give(ICollection<ToolPiece> pieces)
    {
        if (_name is null || (_argumentsAt < 0 && !IsDone))
        {
            return !IsDone;
        }

        bool isObject = _argumentsAt >= 0 && _raw[_argumentsAt] == '{';
        if (!isObject)
        {
            return !(_argumentsEnd >= 0 || IsDone) || HasBegun || GiveWhole(pieces);
        }

        if (!HasBegun)
        {
            HasBegun = true;
            pieces.Add(new ToolPiece(ToolPieceKind.Call, _name));
        }

        int end = _argumentsEnd >= 0 ? _argumentsEnd : _raw.Length;
        if (end > _given)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Arguments, _raw.ToString(_given, end - _given)));
            _given = end;
        }

        return true;
    }

    /// <summary>There are none, or they are an object in a string.</summary>
    private bool GiveWhole(ICollection<ToolPiece> pieces)
    {
        string arguments = _argumentsAt < 0 || _raw[_argumentsAt] == 'n' ? "{}" : Decoded(_argumentsAt, _argumentsEnd);
        if (!IsObject(arguments))
        {
            return false;
        }

        HasBegun = true;
        _given = _raw.Length;
        pieces.Add(new ToolPiece(ToolPieceKind.Call, _name!));
        pieces.Add(new ToolPiece(ToolPieceKind.Arguments, arguments));
        return true;
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A string of the text; one that is no text, an escaped half of a character, names nothing.</summary>
    private string Decoded(int from, int end)
    {
        try
        {
            using var document = JsonDocument.Parse(_raw.ToString(from, end - from));
            return document.RootElement.GetString()!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
