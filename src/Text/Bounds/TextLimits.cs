namespace ExpertCluster.Text.Bounds;

/// <summary>
/// What one text may cost on its way from a request to tokens, whatever a template, a tokenizer or the text itself asks for. Depths are
/// no option: the stack's size isn't one either.
/// </summary>
public sealed record TextLimits
{
    /// <summary>Characters of any one text on the way: a rendered prompt, a variable of a template, what a normalizer makes.</summary>
    public const int LongestText = 16 << 20;

    public static TextLimits Default { get; } = new();

    /// <summary>
    /// Bytes that rendering may allocate in all, and that tokenizing may. Counted as they are asked for, never given back: more than what
    /// is held at any moment, and the same for each run.
    /// </summary>
    public long Bytes { get; init; } = 256L << 20;

    /// <summary>
    /// Processor time that the regular expressions of a tokenizer may take over one text, beside <see cref="MatchingPerCharacter"/>: what is not
    /// matched by then backtracks without end.
    /// </summary>
    public TimeSpan Matching { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Expressions in use need a twentieth of a microsecond.</summary>
    public TimeSpan MatchingPerCharacter { get; init; } = TimeSpan.FromMicroseconds(1);
}
