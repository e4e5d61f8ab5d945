namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>
/// YaRN (Peng et al. 2023): frequencies that turn often keep their value, those that turn seldom are divided by the factor,
/// with a ramp between; cos and sin grow with the factor's logarithm. <c>attn_factor</c>, which files have that were made for vLLM
/// (DeepSeek-R1-0528-Qwen3-8B), multiplies that growth, as vLLM computes it; transformers' <c>attention_factor</c> stands in its place.
/// </summary>
internal sealed class YarnRope : IRopeScaling
{
    private const double Most = 1e6;
    private const string Whole = "attention_factor";
    private const string Multiplier = "attn_factor";

    /// <summary>Of vLLM too: how far frequencies that turn often keep their value. 1 is YaRN.</summary>
    private const string Extrapolation = "extrapolation_factor";

    public string Name => "yarn";

    /// <summary>finetuned says that the model was trained so, which changes nothing here.</summary>
    public IReadOnlyList<string> Fields =>
        ["factor", Whole, Multiplier, Extrapolation, "finetuned", "mscale", "mscale_all_dim", "beta_fast", "beta_slow", "truncate", RopeContext.OriginalPositions];

    public RotaryEmbedding Build(RopeContext context)
    {
        double factor = context.Factor();
        if (context.Fields.Number(Extrapolation, 0, Most, 1) is not 1 and var other)
        {
            context.Fields.Refuse(Extrapolation, $"{other} is not supported, only 1");
        }

        int original = context.Original() ?? context.MaxPositions;
        double first = PairOf(context.Fields.Number("beta_fast", 0, Most, 32));
        double last = PairOf(context.Fields.Number("beta_slow", 0, Most, 1));
        if (context.Fields.Boolean("truncate", true))
        {
            (first, last) = (Math.Floor(first), Math.Ceiling(last));
        }

        first = Math.Max(first, 0);
        last = Math.Min(last, context.Dimension - 1);
        // A ramp of no width would divide by 0.
        double width = first == last ? 0.001 : last - first;
        double[] frequencies = [.. context.Plain().Select(Scale)];
        // Configurations that extend a model by hand often leave max_position_embeddings as it was.
        int positions = (int)Math.Clamp(original * factor, context.MaxPositions, ModelShapeLimits.MaxPositions);
        return new RotaryEmbedding(frequencies, AttentionFactor(context, factor), positions);

        // The pair of elements that makes so many turns over the original context.
        double PairOf(double turns) =>
            context.Dimension * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(context.Theta));

        double Scale(double frequency, int pair)
        {
            double divided = Math.Clamp((pair - first) / width, 0, 1);
            return (frequency / factor * divided) + (frequency * (1 - divided));
        }
    }

    private static double AttentionFactor(RopeContext context, double factor)
    {
        bool multiplies = context.Fields.TryGet(Multiplier, out _);
        if (context.Fields.TryGet(Whole, out _))
        {
            if (multiplies)
            {
                context.Fields.Refuse(Multiplier, $"stands beside {Whole}; only one of them may be there");
            }

            return context.Fields.Number(Whole, 0, Most);
        }

        double mscale = context.Fields.Number("mscale", -1, Most, 0);
        double all = context.Fields.Number("mscale_all_dim", -1, Most, 0);
        double growth = mscale != 0 && all != 0 ? Growth(mscale) / Growth(all) : Growth(1);
        return multiplies ? growth * context.Fields.Number(Multiplier, 0, Most) : growth;

        double Growth(double weight) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;
    }
}
