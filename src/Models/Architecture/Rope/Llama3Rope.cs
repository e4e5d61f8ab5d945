namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>Llama 3.1: slow frequencies are divided by the factor, fast ones stay, those between are blended.</summary>
internal sealed class Llama3Rope : IRopeScaling
{
    private const double Most = 1e6;

    public string Name => "llama3";

    public IReadOnlyList<string> Fields => ["factor", "low_freq_factor", "high_freq_factor", RopeContext.OriginalPositions];

    public RotaryEmbedding Build(RopeContext context)
    {
        double factor = context.Factor();
        double low = context.Fields.Number("low_freq_factor", 0, Most);
        double high = context.Fields.Number("high_freq_factor", 0, Most);
        if (high <= low)
        {
            context.Fields.Refuse("high_freq_factor", $"{high} must be above low_freq_factor {low}");
        }

        int original = context.Fields.Integer(RopeContext.OriginalPositions, 1, ModelShapeLimits.MaxPositions);
        return new RotaryEmbedding([.. context.Plain().Select(Scale)], 1, context.MaxPositions);

        double Scale(double frequency)
        {
            // Turns that the pair makes over the original context, from `low` (all scaled) to `high` (none).
            double turns = original * frequency / (2 * Math.PI);
            double kept = Math.Clamp((turns - low) / (high - low), 0, 1);
            return ((1 - kept) * frequency / factor) + (kept * frequency);
        }
    }
}
