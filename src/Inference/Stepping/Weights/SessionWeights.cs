using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Weights;

/// <summary>A session's share in the weights of its base. Must outlive the session.</summary>
internal sealed class SessionWeights : IDisposable
{
    private readonly SharedWeights _shared;
    private readonly Owned _values = new();
    private readonly Lifetime _lifetime;

    /// <summary>Gives the session its weights instead of those that it would load for itself.</summary>
    /// <exception cref="IOException">The weights' file cannot be read, or is not what was imported.</exception>
    public SessionWeights(GraphWeightMap weights, SessionOptions settings)
    {
        _shared = SharedWeights.Rent(weights);

        // Once, however often it is disposed: the share is one of many.
        _lifetime = new Lifetime(this, () =>
        {
            _values.Dispose();
            _shared.Dispose();
        });
        try
        {
            foreach (var tensor in weights.Tensors)
            {
                _values.Add(_shared.Value(tensor)).AddTo(settings, tensor.Name);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the session puts, or finds, what its kernels pack.</summary>
    public PrePackedWeightsContainer Packed => _shared.Packed;

    /// <summary>When the session is open: what has been packed is not read again.</summary>
    public void Settle() => _shared.Settle();

    public void Dispose() => _lifetime.Dispose();
}
