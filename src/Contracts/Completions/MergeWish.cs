namespace ExpertCluster.Contracts.Completions;

/// <summary>How a caller wants experts merged; defaults leave everything to the gate and the policy.</summary>
public sealed record MergeWish
{
    /// <summary>No wish.</summary>
    public static readonly MergeWish None = new();

    /// <summary>The name of a merge policy; null: the default of the plan's experts.</summary>
    public string? Name { get; init; }

    public MergeScope Scope { get; init; }

    /// <summary>Experts at once, 1 to <see cref="RequestLimits.MostAtOnce"/>. Default: 1 for route, else 2.</summary>
    public int? K { get; init; }

    /// <summary>With merge "fusion": by what the generalist's logits are multiplied before they are added to the chosen expert's. Null: as the merge has it.</summary>
    public double? GeneralistWeight { get; init; }

    /// <summary>Where one expert is chosen for every token: by what probability another one has to be likelier than that of the token before. Null: as the router has it.</summary>
    public double? Hysteresis { get; init; }

    /// <summary>
    /// Experts that bypass the gate at request scope and bound it at token scope; at most <see cref="RequestLimits.MostPinned"/>.
    /// All weights 0: alike.
    /// </summary>
    public IReadOnlyList<WeightedExpert> Experts { get; init; } = [];
}
