namespace ExpertCluster.Inference.Drafting;

/// <summary>
/// How many tokens to guess for one sequence: more while guesses hold, fewer while they fail, none for a while where they
/// keep failing, since each costs a row of the step. A function of the sequence's own tokens, and of what somebody guesses the answer to be.
/// </summary>
/// <param name="guess">The answer, perhaps: as long as it is, it is guessed on; behind the first difference it is one more text to look up in.</param>
/// <param name="promptLength">Tokens before the answer.</param>
internal sealed class DraftPolicy(IReadOnlyList<int> guess, int promptLength)
{
    private readonly int[] _guess = [.. guess];
    private const int First = 2;
    private const int Longest = 16;

    /// <summary>Tokens without a guess after one that failed altogether, doubled with each failure in a row.</summary>
    private const int ShortestPause = 8;
    private const int LongestPause = 128;

    private int _length = First;
    private int _pause = ShortestPause;
    private int _resumeAt;
    private int _agreed;

    /// <summary>At most so many guesses behind these tokens.</summary>
    public ReadOnlySpan<int> Next(ReadOnlySpan<int> tokens, int most)
    {
        var answer = tokens[Math.Min(promptLength, tokens.Length)..];
        while (_agreed < answer.Length && _agreed < _guess.Length && answer[_agreed] == _guess[_agreed])
        {
            _agreed++;
        }

        if (_agreed == answer.Length && _agreed < _guess.Length)
        {
            return _guess.AsSpan(_agreed, Math.Clamp(most, 0, _guess.Length - _agreed));
        }

        if (tokens.Length < _resumeAt)
        {
            return [];
        }

        most = Math.Min(most, _length);
        return PromptLookup.Find(tokens, _guess, most) is { Length: > 0 } found ? found : PromptLookup.Find(tokens, most);
    }

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
