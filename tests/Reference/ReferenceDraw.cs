namespace ExpertCluster.Reference;

/// <summary>Probabilities, and how a seed chooses among them, written plainly.</summary>
public static class ReferenceDraw
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>Probabilities of a row of logits.</summary>
    public static double[] Softmax(float[] logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        double largest = logits.Max();
        double[] weights = [.. logits.Select(l => Math.Exp(l - largest))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    /// <summary>A number of [0, 1) of seed and position: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) as a counter-based generator. The token is drawn in whose part of the probabilities, by rising id, it lies.</summary>
    public static double Uniform(ulong seed, int position) =>
        (Mix(Mix(unchecked(seed + Gamma)) + unchecked(((ulong)position + 1) * Gamma)) >> 11) * Math.Pow(2, -53);

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
