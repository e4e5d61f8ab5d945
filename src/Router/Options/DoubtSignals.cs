namespace ExpertCluster.Router.Options;

/// <summary>What a draft can be doubted by, as options write it, and what each seen amounts to where nobody fitted it anew: as `eval cascade` found it on the demo's sets.</summary>
internal static class DoubtSignals
{
    public const string Margin = "margin";
    public const string Entropy = "entropy";
    public const string Consistency = "consistency";

    /// <summary>Of logistic curves: intercept and slope.</summary>
    public static (double Intercept, double Slope) Usual(string signal) => signal switch
    {
        Entropy => (-3.2, 24),
        Consistency => (-1.6, 7.4),
        _ => (-2.9, 21.6),
    };
}
