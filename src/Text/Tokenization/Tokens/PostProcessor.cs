namespace ExpertCluster.Text.Tokenization.Tokens;

/// <summary>The ids that <c>addSpecialTokens</c> puts around a text.</summary>
internal sealed record PostProcessor(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    public static PostProcessor None { get; } = new([], []);

    /// <summary>This one first, then <paramref name="outer"/> around its result.</summary>
    public PostProcessor Within(PostProcessor outer) => new([.. outer.Before, .. Before], [.. After, .. outer.After]);
}
