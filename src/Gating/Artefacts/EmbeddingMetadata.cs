namespace ExpertCluster.Gating.Artefacts;

/// <summary>What gate.json says of classes.bin.</summary>
internal sealed record EmbeddingMetadata
{
    /// <summary>Everyday vectors that the nearness is the mean of.</summary>
    public const int Neighbours = 3;

    public const int MaxWidth = 8_192;
    public const int MaxEveryday = 4_096;

    /// <summary>Numbers of a vector. Range 1..8192.</summary>
    public required int Width { get; init; }

    /// <summary>Everyday vectors. Range 3..4096.</summary>
    public required int Everyday { get; init; }

    /// <summary>What their nearness is multiplied by, to be a score beside the experts'.</summary>
    public required double EverydayScale { get; init; }

    /// <summary>Divides the scores.</summary>
    public required double Temperature { get; init; }

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public string? Failure() =>
        Width is < 1 or > MaxWidth ? $"embeddings.width is {Width}; it must be from 1 to {MaxWidth}"
        : Everyday is < Neighbours or > MaxEveryday ? $"embeddings.everyday is {Everyday}; it must be from {Neighbours} to {MaxEveryday}"
        : !double.IsFinite(EverydayScale) ? $"embeddings.everyday_scale is {EverydayScale}; it must be a number"
        : !(Temperature > 0 && double.IsFinite(Temperature)) ? $"embeddings.temperature is {Temperature}; it must be above 0"
        : null;
}
