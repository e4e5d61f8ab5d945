using System.Security.Cryptography;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Epochs that differ between activations, processes and restarts: microseconds since 1970 with the last digits random.
/// Only equality matters, so a clock that jumps does no harm.
/// </summary>
internal sealed class EpochSource(TimeProvider time)
{
    private const int RandomRange = 1000;

    public long Next() => (time.GetUtcNow().ToUnixTimeMilliseconds() * RandomRange) + RandomNumberGenerator.GetInt32(RandomRange);
}
