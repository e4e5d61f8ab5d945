using System.Text;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>One answer that may call tools, as it grows: what each chunk adds, for streams, and what it comes to, for whole answers.</summary>
/// <param name="wish">What its caller wants.</param>
/// <param name="start">Begins to read it by its plan; makes ids of its calls, by their index.</param>
internal sealed class ToolAnswer(ToolWish wish, Func<Plan?, (IToolReader Reader, Func<int, string> IdOf)> start)
{
    private readonly List<ToolPiece> _pieces = [];
    private readonly List<(string Id, string Name, StringBuilder Arguments)> _calls = [];
    private readonly StringBuilder _text = new();
    private (IToolReader Reader, Func<int, string> IdOf)? _started;
    private int _begun;

    /// <summary>Whether what comes is of a call that is left out.</summary>
    private bool _isMuted;

    /// <summary>Whether any call was begun.</summary>
    public bool HasCalls => _begun > 0;

    /// <summary>What it says, all in all.</summary>
    public string Text => _text.ToString();

    /// <summary>The calls of the whole answer.</summary>
    public IEnumerable<CallPart> Calls => _calls.Select((call, i) => new CallPart(i, call.Id, call.Name, call.Arguments.ToString()));

    public AnswerPart Take(CompletionChunk chunk)
    {
        _started ??= start(chunk.Plan);
        var reader = _started.Value.Reader;
        _pieces.Clear();
        reader.Append(chunk.Text, _pieces);
        if (chunk.Finish != FinishReason.None)
        {
            reader.End(_pieces);
        }

        return Part();
    }

    private AnswerPart Part()
    {
        string text = "";
        List<CallPart> calls = [];
        foreach (var piece in _pieces)
        {
            switch (piece.Kind)
            {
                case ToolPieceKind.Text:
                    text += piece.Text;
                    _text.Append(piece.Text);
                    break;
                case ToolPieceKind.Call:
                    _isMuted = !wish.Parallel && _calls.Count > 0;
                    if (!_isMuted)
                    {
                        Begin(piece.Text, calls);
                    }

                    break;
                case ToolPieceKind.Arguments when !_isMuted:
                    GoOn(piece.Text, calls);
                    break;
                case ToolPieceKind.Broken when !_isMuted:
                    // A stream can't take back what it gave; a whole answer can.
                    _calls.RemoveAt(_calls.Count - 1);
                    _text.Append(piece.Text);
                    text += piece.Rest;
                    break;
            }
        }

        return new AnswerPart(text, calls);
    }

    private void GoOn(string arguments, List<CallPart> calls)
    {
        _calls[^1].Arguments.Append(arguments);
        if (calls.Count > 0 && calls[^1].Index == _begun - 1)
        {
            calls[^1] = calls[^1] with { Arguments = calls[^1].Arguments + arguments };
        }
        else
        {
            calls.Add(new CallPart(_begun - 1, null, null, arguments));
        }
    }

    private void Begin(string name, List<CallPart> calls)
    {
        string callId = _started!.Value.IdOf(_begun);
        _calls.Add((callId, name, new StringBuilder()));
        calls.Add(new CallPart(_begun++, callId, name, ""));
    }
}
