namespace ExpertCluster.ExpertHost.Gating;

/// <summary>
/// What a plan thinks of its experts, as a prior of what the gate says of each token: Bayes' rule, with the square root of the plan's odds, since both gates
/// read the same words. In steps of tens, because prompts are shared only between requests that choose alike.
/// </summary>
internal static class PlanPrior
{
    /// <summary>Beyond this an expert is unlikely enough.</summary>
    private const int Lowest = -4;

    /// <summary>Of the odds. On the demo's sets 0.25 to 0.7 serve alike; 0 loses languages (.67 instead of .73), 1 compounds (.90 instead of .94).</summary>
    private const double Exponent = 0.5;

    /// <summary>Tens below the likeliest expert, 0 to -4. Weights that say nothing are alike.</summary>
    /// <param name="weights">Of a plan, 0 or more each; at least one.</param>
    public static int[] LevelsOf(IReadOnlyList<double> weights)
    {
        double most = weights.Max();
        return [.. weights.Select(w => most <= 0 ? 0 : (int)Math.Max(Lowest, Math.Round(Math.Log10(w / most))))];
    }

    /// <summary>By what a token's score is multiplied.</summary>
    public static float FactorOf(int level) => (float)Math.Pow(10, Exponent * level);
}
