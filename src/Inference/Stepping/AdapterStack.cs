using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping;

/// <summary>
/// All resident adapters: for each layer and site A [capacity, segments * rank, inputs] and B [capacity, rank, outputs].
/// </summary>
internal sealed class AdapterStack : IDisposable
{
    private readonly ModelShape _shape;
    private readonly int _capacity;
    private readonly int _rank;
    private readonly NativeTensorSet _tensors = new();
    private readonly NativeTensor[][] _a;
    private readonly NativeTensor[][] _b;

    public AdapterStack(ModelShape shape, int capacity, int rank)
    {
        (_shape, _capacity, _rank) = (shape, capacity, rank);
        _a = Allocate(site => [capacity, (long)site.Segments(shape).Count * rank, site.InputWidth(shape)]);
        _b = Allocate(site => [capacity, rank, site.OutputWidth(shape)]);

        NativeTensor[][] Allocate(Func<LoraSite, long[]> dimensions) => [.. Enumerable.Range(0, shape.Layers)
            .Select(_ => LoraSites.All.Select(site => _tensors.Add(TensorElementType.Float, dimensions(site))).ToArray())];
    }

    public long Bytes => _tensors.Bytes;

    public void Bind(OrtIoBinding binding)
    {
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (LoraSite site in LoraSites.All)
            {
                binding.BindInput($"lA.{layer}.{site.GraphName()}", _a[layer][(int)site].Value);
                binding.BindInput($"lB.{layer}.{site.GraphName()}", _b[layer][(int)site].Value);
            }
        }
    }

    /// <summary>Puts an adapter at an index, padded with zeros to the stack's rank. Checks everything before it writes anything.</summary>
    /// <exception cref="ArgumentException">The adapter's rank, layers or sizes are not the stack's; the message says which.</exception>
    public void Load(int index, AdapterWeights weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _capacity);
        Check(weights);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (LoraSite site in LoraSites.All)
            {
                SiteWeights? part = weights.Layers[layer][(int)site];
                int segments = site.Segments(_shape).Count;
                Fill(_a[layer][(int)site], index, segments, part?.A, weights.Rank, site.InputWidth(_shape));
                Fill(_b[layer][(int)site], index, 1, part?.B, weights.Rank, site.OutputWidth(_shape));
            }
        }
    }

    /// <summary>Whether an adapter fits the stack.</summary>
    /// <exception cref="ArgumentException">Its rank, layers or sizes are not the stack's; the message says which.</exception>
    public void Check(AdapterWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Rank < 1 || weights.Rank > _rank)
        {
            throw new ArgumentException($"The adapter has rank {weights.Rank}; AdapterRank allows 1 to {_rank}.", nameof(weights));
        }

        if (weights.Layers.Count != _shape.Layers)
        {
            throw new ArgumentException(
                $"The adapter has {weights.Layers.Count} layers; the base has {_shape.Layers}.", nameof(weights));
        }

        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            if (weights.Layers[layer].Length != LoraSites.All.Count)
            {
                throw new ArgumentException(
                    $"Layer {layer} of the adapter has {weights.Layers[layer].Length} sites, not {LoraSites.All.Count}.", nameof(weights));
            }

            foreach (LoraSite site in LoraSites.All)
            {
                if (weights.Layers[layer][(int)site] is { } part)
                {
                    int segments = site.Segments(_shape).Count;
                    CheckLength(layer, site, "A", part.A, (long)segments * weights.Rank * site.InputWidth(_shape));
                    CheckLength(layer, site, "B", part.B, (long)weights.Rank * site.OutputWidth(_shape));
                }
            }
        }
    }

    public void Dispose() => _tensors.Dispose();

    /// <summary>Segment s of the source begins at row s * its own rank, that of the stack at row s * the stack's rank.</summary>
    private void Fill(NativeTensor target, int index, int segments, float[]? source, int sourceRank, int width)
    {
        int block = _rank * width;
        for (int segment = 0; segment < segments; segment++)
        {
            Span<float> to = target.Floats(((long)index * segments * block) + ((long)segment * block), block);
            to.Clear();
            source?.AsSpan(segment * sourceRank * width, sourceRank * width).CopyTo(to);
        }
    }

    private static void CheckLength(int layer, LoraSite site, string name, float[] values, long expected)
    {
        if (values.Length != expected)
        {
            throw new ArgumentException(
                $"{name} of layer {layer}, {site.GraphName()}, has {values.Length} values; the base needs {expected}.");
        }
    }
}
