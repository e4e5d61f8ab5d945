namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// Randomness as a function of (seed, position) alone, so a stream depends neither on its batch neighbours nor on
/// where it was resumed. The mixing function is SplitMix64's (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, OOPSLA 2014), used as a counter-based generator: the seed is mixed first, so that neighbouring seeds
/// are not shifted copies of one stream.
/// </summary>
internal static class CounterRandom
{
    /// <summary>The odd integer nearest to 2^64 / golden ratio.</summary>
    internal const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public static double Uniform(ulong seed, int position)
    {
        ulong key = Mix(unchecked(seed + Gamma));
        ulong bits = Mix(unchecked(key + (((ulong)position + 1) * Gamma)));
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    internal static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
