using System.Text;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Tools;

/// <summary>Reads an answer that is the arguments of one call and nothing else.</summary>
/// <param name="name">Of the tool.</param>
internal sealed class NamedCall(string name) : IToolReader
{
    private readonly JsonScanner _scanner = new();
    private readonly StringBuilder _raw = new();
    private bool _isBroken;

    /// <inheritdoc/>
    public void Append(string text, ICollection<ToolPiece> pieces)
    {
        if (_raw.Length == 0 && !_isBroken)
        {
            text = text.TrimStart();
        }

        int at = 0;
        while (at < text.Length && !_isBroken && !_scanner.IsDone)
        {
            _isBroken = (_raw.Length == 0 && text[at] != '{') || !_scanner.Step(text[at]);
            if (!_isBroken)
            {
                Begin(pieces);
                _raw.Append(text[at++]);
            }
        }

        if (at > 0)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Arguments, text[..at]));
        }

        string rest = text[at..];
        if (_isBroken && _raw.Length > 0)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Broken, _raw + rest) { Rest = rest });
            _raw.Clear();
        }
        else if (rest.Length > 0 && !(_scanner.IsDone && string.IsNullOrWhiteSpace(rest)))
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Text, rest));
        }
    }

    /// <inheritdoc/>
    public void End(ICollection<ToolPiece> pieces)
    {
        if (!_scanner.IsDone && _raw.Length > 0)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Broken, _raw.ToString()));
        }
    }

    private void Begin(ICollection<ToolPiece> pieces)
    {
        if (_raw.Length == 0)
        {
            pieces.Add(new ToolPiece(ToolPieceKind.Call, name));
        }
    }
}
