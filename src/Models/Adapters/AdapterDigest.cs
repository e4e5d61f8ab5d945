using System.Runtime.InteropServices;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// The identity of an adapter: a digest of what was loaded, scales included, not of the files, which somebody could
/// exchange between two reads.
/// </summary>
internal static class AdapterDigest
{
    public static string Of(int rank, SiteWeights?[][] layers)
    {
        using ContentDigest digest = new();
        digest.Add($"lora {rank} {layers.Length}");
        foreach (var site in layers.SelectMany(layer => layer))
        {
            digest.Add(site is null ? [] : MemoryMarshal.AsBytes<float>(site.A));
            digest.Add(site is null ? [] : MemoryMarshal.AsBytes<float>(site.B));
        }

        return digest.Finish();
    }
}
