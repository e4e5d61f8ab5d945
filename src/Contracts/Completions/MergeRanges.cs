namespace ExpertCluster.Contracts.Completions;

/// <summary>The ranges of a merge's numbers, once for every router and host.</summary>
public static class MergeRanges
{
    /// <summary>Of a generalist's logits, beside 1 of the expert's.</summary>
    public const double LargestGeneralistWeight = 4;

    /// <summary>What is wrong: the field, and the rest of a sentence that begins with it. Null: nothing.</summary>
    /// <param name="generalistWeight">0: none.</param>
    /// <param name="hysteresis">0: none.</param>
    public static (string Field, string Problem)? ProblemOf(double generalistWeight, double hysteresis) =>
        !(generalistWeight is >= 0 and <= LargestGeneralistWeight) ? ("generalist_weight", FormattableString.Invariant($"is {generalistWeight}; it must be from 0 to {LargestGeneralistWeight}"))
        : !(hysteresis is >= 0 and <= 1) ? ("hysteresis", FormattableString.Invariant($"is {hysteresis}; it must be from 0 to 1"))
        : null;
}
