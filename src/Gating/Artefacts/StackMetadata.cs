namespace ExpertCluster.Gating.Artefacts;

/// <summary>What gate.json says of n-grams and embeddings together.</summary>
internal sealed record StackMetadata
{
    public const double MaxWeight = 100;

    /// <summary>Least probability at which the n-grams' first choice answers alone; above 1: never. Range 0..2.</summary>
    public required double Sure { get; init; }

    /// <summary>What each one's logits are multiplied by before they are added. Range 0..100.</summary>
    public required double Ngrams { get; init; }

    /// <inheritdoc cref="Ngrams"/>
    public required double Embeddings { get; init; }

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public string? Failure() =>
        Sure is not (>= 0 and <= 2) ? $"stack.sure is {Sure}; it must be from 0 to 2"
        : Ngrams is not (>= 0 and <= MaxWeight) ? $"stack.ngrams is {Ngrams}; it must be from 0 to {MaxWeight}"
        : Embeddings is not (>= 0 and <= MaxWeight) ? $"stack.embeddings is {Embeddings}; it must be from 0 to {MaxWeight}"
        : null;
}
