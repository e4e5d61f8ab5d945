using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>The gate's formula in plain C#, in double precision, by dense weights or by an index of them.</summary>
internal static class Reference
{
    public static float[] Probabilities(GateModel model, FeatureBag bag)
    {
        int classes = model.Metadata.Classes.Count;
        float[] inverse = model.Index?.InverseFrequency.ToArray() ?? model.InverseFrequency;
        float[] frequencies = new float[bag.Count];
        bag.Weigh(frequencies);
        double[] values = [.. frequencies.Select((f, i) => (double)f * inverse[bag.Buckets[i]])];
        double length = Math.Sqrt(values.Sum(v => v * v) + GateGraph.Epsilon);
        double[] scores = [.. (model.Index?.Bias.ToArray() ?? model.Bias).Select(b => (double)b)];
        for (int i = 0; i < values.Length; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                scores[c] += values[i] / length * WeightOf(model, bag.Buckets[i], c);
            }
        }

        double[] powers = [.. scores.Select(s => Math.Exp((s - scores.Max()) / model.Metadata.Temperature))];
        return [.. powers.Select(p => (float)(p / powers.Sum()))];
    }

    private static double WeightOf(GateModel model, int bucket, int of)
    {
        if (model.Index is not { } index)
        {
            return model.Weights[(bucket * model.Metadata.Classes.Count) + of];
        }

        foreach (uint posting in index.Postings[index.Offsets[bucket]..index.Offsets[bucket + 1]])
        {
            if (NgramIndex.ClassOf(posting) == of)
            {
                return NgramIndex.WeightOf(posting);
            }
        }

        return 0;
    }
}
