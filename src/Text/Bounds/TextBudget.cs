namespace ExpertCluster.Text.Bounds;

/// <summary>What tokenizing one text has cost so far. Whoever makes something in proportion to the text says so here before.</summary>
/// <param name="limits">What it may cost.</param>
/// <param name="length">The text's, in UTF-16 units.</param>
/// <param name="cancellation">Of whoever asked.</param>
/// <param name="time">Tells how long expressions took: the thread's own time, where a test has no other.</param>
internal sealed class TextBudget(TextLimits limits, int length, CancellationToken cancellation, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? ThreadClock.Instance;
    private readonly TimeSpan _mostMatching = limits.Matching + (length * limits.MatchingPerCharacter);
    private TimeSpan _matching;
    private readonly long _mostSteps = 65_536L + (64L * length);
    private long _bytes;
    private long _steps;

    public CancellationToken Cancellation => cancellation;

    public void Check() => cancellation.ThrowIfCancellationRequested();

    /// <summary>Memory that is about to be used, in bytes; that of a list with its growth.</summary>
    /// <exception cref="TextLimitException"/>
    public void Take(long bytes)
    {
        _bytes += bytes;
        if (_bytes > limits.Bytes)
        {
            throw new TextLimitException($"takes more than {limits.Bytes} bytes to tokenize");
        }
    }

    /// <summary>A text that is about to be made.</summary>
    /// <exception cref="TextLimitException"/>
    public void Text(long characters)
    {
        if (characters > TextLimits.LongestText)
        {
            throw new TextLimitException($"has more than {TextLimits.LongestText} characters once it is normalized");
        }

        Take(sizeof(char) * characters);
    }

    /// <summary>Steps of looking for added tokens: those in use have 50 characters at most, and texts are not made of their beginnings.</summary>
    /// <exception cref="TextLimitException"/>
    public void Walk(long steps)
    {
        _steps += steps;
        if (_steps > _mostSteps)
        {
            throw new TextLimitException("nearly holds long added tokens of the tokenizer at too many places");
        }
    }

    /// <summary>An expression begins to match.</summary>
    public long BeginMatching() => _time.GetTimestamp();

    /// <param name="begun">What <see cref="BeginMatching"/> gave.</param>
    /// <exception cref="TextLimitException">All expressions together have taken too long over this text.</exception>
    public void EndMatching(long begun)
    {
        _matching += _time.GetElapsedTime(begun);
        if (_matching > _mostMatching)
        {
            throw new TextLimitException($"takes the tokenizer's regular expressions more than {_mostMatching.TotalSeconds:0.###} seconds");
        }
    }
}
