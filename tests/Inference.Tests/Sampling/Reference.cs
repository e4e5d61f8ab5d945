using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Sampling;

/// <summary>What the filters mean, written plainly: full sorts, double precision where the order doesn't depend on it.</summary>
internal static class Reference
{
    public static double[] Distribution(float[] logits, SamplingOptions options)
    {
        float[] scaled = logits.Select(logit => (logit - logits.Max()) / options.Temperature).ToArray();
        var kept = Enumerable.Range(0, logits.Length).OrderByDescending(id => scaled[id]).ThenBy(id => id).ToList();
        if (options.TopK > 0)
        {
            kept = kept.Take(options.TopK).ToList();
        }

        if (options.TopP < 1)
        {
            double total = kept.Sum(id => Math.Exp(scaled[id]));
            double mass = 0.0;
            kept = kept.TakeWhile(id =>
            {
                bool take = mass < options.TopP * total;
                mass += Math.Exp(scaled[id]);
                return take;
            }).ToList();
        }

        if (options.MinP > 0)
        {
            kept = kept.Where(id => scaled[id] >= MathF.Log(options.MinP)).ToList();
        }

        double sum = kept.Sum(id => Math.Exp(scaled[id]));
        return [.. Enumerable.Range(0, logits.Length).Select(id => kept.Contains(id) ? Math.Exp(scaled[id]) / sum : 0)];
    }
}
