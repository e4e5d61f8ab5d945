using System.Text;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Reads an answer in which calls stand as a <see cref="CallFormat"/> says. It holds back no more than what may yet become a mark, or blanks before one.</summary>
/// <param name="format">Of the calls.</param>
/// <param name="tools">Names that can be called.</param>
internal sealed class CallText(CallFormat format, IReadOnlySet<string> tools) : IToolReader
{
    /// <summary>Blanks that go with a mark, or before a call without one: no more are held back.</summary>
    private const int MostBlanks = 64;

    private readonly StringBuilder _opening = new();
    private string _pending = "";
    private Place _place = format.Mark is null ? Place.Opening : format.OpensBare ? Place.Beginning : Place.Text;
    private CallReader? _call;
    private bool _hasCalls;

    private enum Place
    {
        /// <summary>Nothing but blanks came.</summary>
        Beginning,
        Text,

        /// <summary>Behind a mark, before its call or its list.</summary>
        Opening,
        Call,

        /// <summary>Behind a call.</summary>
        Behind,
    }

    /// <inheritdoc/>
    public void Append(string text, ICollection<ToolPiece> pieces)
    {
        _pending += text;
        while (_pending.Length > 0 && Advance(pieces))
        {
        }
    }

    /// <inheritdoc/>
    public void End(ICollection<ToolPiece> pieces)
    {
        if (_call is not null || _place == Place.Opening)
        {
            Break(pieces);
        }

        // Blanks around calls are theirs.
        if (!(_hasCalls && string.IsNullOrWhiteSpace(_pending)))
        {
            Say(_pending, pieces);
        }

        _pending = "";
    }

    /// <returns>False: more text is needed.</returns>
    private bool Advance(ICollection<ToolPiece> pieces) => _place switch
    {
        Place.Beginning => Begin(),
        Place.Text => FindMark(pieces),
        Place.Opening => Open(pieces),
        Place.Call => ReadCall(pieces),
        _ => GoOn(),
    };

    private bool Begin()
    {
        int blanks = _pending.Length - _pending.AsSpan().TrimStart().Length;
        if (blanks == _pending.Length && blanks <= MostBlanks)
        {
            return false;
        }

        if (blanks <= MostBlanks && _pending[blanks] == '{')
        {
            Take(blanks);
            StartCall();
            return true;
        }

        _place = Place.Text;
        return true;
    }

    private bool FindMark(ICollection<ToolPiece> pieces)
    {
        string mark = format.Mark ?? "";
        int at = mark.Length == 0 ? -1 : _pending.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
        {
            int keep = mark.Length == 0 ? 0 : HeldLength(mark);
            Say(_pending[..^keep], pieces);
            _pending = keep == 0 ? "" : _pending[^keep..];
            return false;
        }

        // Blanks before a call are its own.
        int from = at - BlanksBefore(at);
        Say(_pending[..from], pieces);
        _pending = _pending[from..];
        Take(at - from + mark.Length);
        _place = Place.Opening;
        return true;
    }

    /// <summary>The longest end that the mark may begin with, and blanks before it.</summary>
    private int HeldLength(string mark)
    {
        int length = Math.Min(mark.Length - 1, _pending.Length);
        while (length > 0 && !_pending.AsSpan(_pending.Length - length).SequenceEqual(mark.AsSpan(0, length)))
        {
            length--;
        }

        return length + BlanksBefore(_pending.Length - length);
    }

    private int BlanksBefore(int at) => Math.Min(MostBlanks, at - _pending.AsSpan(0, at).TrimEnd().Length);

    private bool Open(ICollection<ToolPiece> pieces)
    {
        if (!SkipBlanks())
        {
            return false;
        }

        if (format.IsList)
        {
            if (_pending[0] != '[')
            {
                Break(pieces);
                return true;
            }

            Take(1);
        }

        StartCall();
        return true;
    }

    private bool ReadCall(ICollection<ToolPiece> pieces)
    {
        if (!_call!.HasAny && !SkipBlanks())
        {
            return false;
        }

        bool holds = _call.Append(_pending, pieces, out int used);
        _pending = _pending[used..];
        if (!holds)
        {
            Break(pieces);
        }
        else if (_call.IsDone)
        {
            _call = null;
            _hasCalls = true;
            _opening.Clear();
            _place = Place.Behind;
        }

        return true;
    }

    private bool GoOn()
    {
        if (!SkipBlanks())
        {
            return false;
        }

        if (format.Separator is { } separator && _pending[0] == separator)
        {
            Take(1);
            StartCall();
        }
        else if (format.IsList && _pending[0] == ']')
        {
            _pending = _pending[1..];
            LeaveCalls();
        }
        else if (format.EndMark is { } end && _pending.StartsWith(end, StringComparison.Ordinal))
        {
            _pending = _pending[end.Length..];
            LeaveCalls();
        }
        else if (format.EndMark is { } whole && whole.StartsWith(_pending, StringComparison.Ordinal))
        {
            return false;
        }
        else
        {
            LeaveCalls();
        }

        return true;
    }

    private void StartCall()
    {
        _call = new CallReader(tools);
        _place = Place.Call;
    }

    private void LeaveCalls()
    {
        _opening.Clear();
        _place = Place.Text;
    }

    /// <summary>What was taken for a call is text.</summary>
    private void Break(ICollection<ToolPiece> pieces)
    {
        if (_call is { HasBegun: true } begun)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Broken, _opening + begun.Raw) { Rest = begun.Rest });
        }
        else
        {
            Say(_opening + _call?.Raw, pieces);
        }

        _call = null;
        LeaveCalls();
    }

    /// <returns>False: there is nothing else.</returns>
    private bool SkipBlanks()
    {
        Take(_pending.Length - _pending.AsSpan().TrimStart().Length);
        return _pending.Length > 0;
    }

    private void Take(int length)
    {
        _opening.Append(_pending.AsSpan(0, length));
        _pending = _pending[length..];
    }

    private static void Say(string text, ICollection<ToolPiece> pieces)
    {
        if (text.Length > 0)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Text, text));
        }
    }
}
