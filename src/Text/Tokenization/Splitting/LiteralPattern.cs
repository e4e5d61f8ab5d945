namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>A fixed text, compared unit by unit.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text, CancellationToken cancellation)
    {
        List<(int, int)> matches = [];
        for (int at = 0; literal.Length > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            int found = text[at..].IndexOf(literal, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            matches.Add((at + found, at + found + literal.Length));
            at += found + literal.Length;
        }

        return matches;
    }
}
