namespace ExpertCluster.Fuzz.Engine;

/// <summary>What the product made of an input.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Message">What somebody is told; null: nothing.</param>
internal readonly record struct Outcome(OutcomeKind Kind, string? Message)
{
    public static readonly Outcome Taken = new(OutcomeKind.Taken, null);

    public static Outcome Refused(string? message) => new(OutcomeKind.Refused, message ?? "");

    public static Outcome Limited(string? message) => new(OutcomeKind.Limited, message ?? "");
}

internal enum OutcomeKind
{
    Taken,

    /// <summary>By a typed failure.</summary>
    Refused,

    /// <summary>It passed a bound of time or memory on its way: such an input is not mutated further, for its children cost as much.</summary>
    Limited,
}
