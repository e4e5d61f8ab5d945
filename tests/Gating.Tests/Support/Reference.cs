using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>The gate's formula in plain C#, in double precision.</summary>
internal static class Reference
{
    public static float[] Probabilities(GateModel model, FeatureBag bag)
    {
        int classes = model.Metadata.Classes.Count;
        float[] frequencies = new float[bag.Count];
        bag.Weigh(frequencies);
        double[] values = [.. frequencies.Select((f, i) => (double)f * model.InverseFrequency[bag.Buckets[i]])];
        double length = Math.Sqrt(values.Sum(v => v * v) + GateGraph.Epsilon);
        double[] scores = [.. model.Bias.Select(b => (double)b)];
        for (int i = 0; i < values.Length; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                scores[c] += values[i] / length * model.Weights[(bag.Buckets[i] * classes) + c];
            }
        }

        double[] powers = [.. scores.Select(s => Math.Exp((s - scores.Max()) / model.Metadata.Temperature))];
        return [.. powers.Select(p => (float)(p / powers.Sum()))];
    }
}
