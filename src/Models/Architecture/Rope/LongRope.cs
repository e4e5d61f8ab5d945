using System.Text.Json;

namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>
/// LongRoPE (Ding et al. 2024) as Phi-3 has it: one list of divisors for sequences within the original context, another
/// one beyond. Which list counts is known only when a sequence is over, and keys in a cache would have to be rotated anew.
/// So the short list is computed, and sequences end where it does.
/// </summary>
internal sealed class LongRope : IRopeScaling
{
    private const double Most = 1e6;

    public string Name => "longrope";

    public IReadOnlyList<string> Fields => ["short_factor", "long_factor", "factor", "attention_factor", RopeContext.OriginalPositions];

    public RotaryEmbedding Build(RopeContext context)
    {
        double[] divisors = Divisors(context, "short_factor");
        Divisors(context, "long_factor");
        int original = context.Original() ?? throw Missing(context);
        double[] frequencies = [.. context.Plain().Zip(divisors, (frequency, divisor) => frequency / divisor)];
        return new RotaryEmbedding(frequencies, AttentionFactor(context, original), Math.Min(original, context.MaxPositions));
    }

    private static Checkpoints.CheckpointException Missing(RopeContext context) =>
        new(context.Config.File, RopeContext.OriginalPositions, "is missing");

    private static double AttentionFactor(RopeContext context, int original)
    {
        if (context.Fields.TryGet("attention_factor", out _))
        {
            return context.Fields.Number("attention_factor", 0, Most);
        }

        double factor = context.Fields.TryGet("factor", out _) ? context.Factor() : (double)context.MaxPositions / original;
        return factor <= 1 || original == 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
    }

    private static double[] Divisors(RopeContext context, string field)
    {
        if (!context.Fields.TryGet(field, out var list))
        {
            context.Fields.Refuse(field, "is missing");
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != context.Dimension / 2)
        {
            context.Fields.Refuse(field, $"must be a list of {context.Dimension / 2} numbers");
        }

        return [.. list.EnumerateArray().Select(item => context.Fields.Number(field, item, 0, Most))];
    }
}
