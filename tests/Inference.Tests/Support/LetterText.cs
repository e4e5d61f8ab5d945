using ExpertCluster.Inference.Text;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>Token n is the n-th letter; from 26 on, half of a character: two in a row give one.</summary>
internal sealed class LetterText : ITokenText
{
    private bool _half;

    public string Append(int token)
    {
        if (token < 26)
        {
            string broken = _half ? "\uFFFD" : "";
            _half = false;
            return broken + (char)('a' + token);
        }

        _half = !_half;
        return _half ? "" : "é";
    }

    public string Flush()
    {
        string rest = _half ? "\uFFFD" : "";
        _half = false;
        return rest;
    }
}
