namespace ExpertCluster.Inference.Drafting;

/// <summary>
/// How many tokens to guess for one sequence: more while guesses hold, fewer while they fail, none for a while where they
/// keep failing, since each costs a row of the step. A function of the sequence's own tokens alone.
/// </summary>
internal sealed class DraftPolicy
{
    private const int First = 2;
    private const int Longest = 16;

    /// <summary>Tokens without a guess after one that failed altogether, doubled with each failure in a row.</summary>
    private const int ShortestPause = 8;
    private const int LongestPause = 128;

    private int _length = First;
    private int _pause = ShortestPause;
    private int _resumeAt;

    /// <summary>At most so many guesses behind these tokens.</summary>
    public ReadOnlySpan<int> Next(ReadOnlySpan<int> tokens, int most) =>
        tokens.Length < _resumeAt ? [] : PromptLookup.Find(tokens, Math.Min(most, _length));

    /// <summary>So many of the latest guesses held; the sequence has so many tokens now.</summary>
    public void Checked(int drafted, int accepted, int tokens)
    {
        if (drafted == 0)
        {
            return;
        }

        if (accepted == 0)
        {
            _length = First;
            _resumeAt = tokens + _pause;
            _pause = Math.Min(2 * _pause, LongestPause);
            return;
        }

        _pause = ShortestPause;
        _length = accepted == drafted ? Math.Min(2 * _length, Longest) : Math.Max(First, accepted);
    }
}
