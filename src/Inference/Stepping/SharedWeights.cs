using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// The weights of a base, once in the process however many sessions are open on it: the mapped file, and what ONNX Runtime
/// packed of it for its kernels. Both live until the last session that uses them is closed.
/// </summary>
internal sealed class SharedWeights : IDisposable
{
    private static readonly Lock Registry = new();
    private static readonly Dictionary<string, SharedWeights> Open = new(StringComparer.Ordinal);

    private readonly string _digest;
    private readonly WeightMapping _mapping;
    private int _users;

    private SharedWeights(GraphWeightMap weights)
    {
        _digest = weights.Digest;
        _mapping = new WeightMapping(weights);
        try
        {
            Packed = new PrePackedWeightsContainer();
        }
        catch
        {
            _mapping.Dispose();
            throw;
        }
    }

    public PrePackedWeightsContainer Packed { get; }

    public WeightMapping Mapping => _mapping;

    /// <summary>Whether a session is open on the base; for tests.</summary>
    public static bool IsOpen(GraphWeightMap weights)
    {
        lock (Registry)
        {
            return Open.ContainsKey(weights.Digest);
        }
    }

    /// <summary>Opens the base's weights, or joins those who have.</summary>
    /// <exception cref="IOException">The file cannot be read, or is not what was imported.</exception>
    public static SharedWeights Rent(GraphWeightMap weights)
    {
        lock (Registry)
        {
            if (!Open.TryGetValue(weights.Digest, out SharedWeights? shared))
            {
                Open.Add(weights.Digest, shared = new SharedWeights(weights));
            }

            shared._users++;
            return shared;
        }
    }

    /// <summary>Once for each <see cref="Rent"/>, when the session is closed.</summary>
    public void Dispose()
    {
        lock (Registry)
        {
            if (--_users > 0)
            {
                return;
            }

            Open.Remove(_digest);
            Packed.Dispose();
            _mapping.Dispose();
        }
    }
}
