namespace ExpertCluster.Gating.Artefacts;

/// <summary>How a gate tells text of no field from text of some, as gate.json says it.</summary>
internal sealed record FieldMetadata
{
    public const double MaxSoftness = 100;

    /// <summary>Divides the scores again, before the likeliest expert's probability is taken: at the temperature that choices are calibrated by all of them are near 1. Range 1..100.</summary>
    public required double Softness { get; init; }

    /// <summary>The logarithm of that probability below which text is rather of no field. At most 0.</summary>
    public required double Middle { get; init; }

    /// <summary>How fast it changes around there. Above 0.</summary>
    public required double Spread { get; init; }

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public string? Failure() =>
        Softness is not (>= 1 and <= MaxSoftness) ? $"field.softness is {Softness}; it must be from 1 to {MaxSoftness}"
        : !(Middle <= 0 && double.IsFinite(Middle)) ? $"field.middle is {Middle}; it must be 0 or less"
        : !(Spread > 0 && double.IsFinite(Spread)) ? $"field.spread is {Spread}; it must be above 0"
        : null;
}
