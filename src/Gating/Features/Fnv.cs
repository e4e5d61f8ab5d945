namespace ExpertCluster.Gating.Features;

/// <summary>FNV-1a, 32 bit, fed whole symbols instead of bytes. Stored gates depend on every constant here.</summary>
internal static class Fnv
{
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>The state before the first symbol; the tag keeps kinds of features apart.</summary>
    public static uint Start(int tag) => unchecked(Offset + (uint)tag);

    public static uint Add(uint hash, int symbol) => unchecked((hash ^ (uint)(symbol + 1)) * Prime);

    /// <summary>The lowest bits of FNV mix worst, so they are left out.</summary>
    public static int Bucket(uint hash, int buckets) => (int)((hash >> 7) % (uint)buckets);
}
