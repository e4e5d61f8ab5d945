namespace ExpertCluster.Inference.Merging;

/// <summary>
/// The tokens of an answer that is drawn elsewhere. A request with one gives, in place of tokens, a <see cref="TokenDistribution"/> for the place behind all tokens that
/// it knows, and waits for the next. Thread-safe.
/// </summary>
public sealed class TokenFeed
{
    private readonly Lock _lock = new();
    private readonly List<int> _tokens = [];
    private Action? _changed;
    private bool _completed;

    /// <param name="most">Tokens of a distribution, 1 or more.</param>
    public TokenFeed(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        Most = most;
    }

    /// <summary>Tokens of a distribution at most.</summary>
    public int Most { get; }

    /// <summary>The next tokens of the answer.</summary>
    public void Add(IEnumerable<int> tokens)
    {
        lock (_lock)
        {
            _tokens.AddRange(tokens);
        }

        _changed?.Invoke();
    }

    /// <summary>The answer has ended: so does the request, once it has been given what was added.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }

        _changed?.Invoke();
    }

    /// <summary>Before the request runs.</summary>
    internal void Connect(Action changed) => _changed = changed;

    /// <summary>Moves what has come to a list.</summary>
    /// <returns>Whether no more will come.</returns>
    internal bool Take(List<int> to)
    {
        lock (_lock)
        {
            to.AddRange(_tokens);
            _tokens.Clear();
            return _completed;
        }
    }
}
