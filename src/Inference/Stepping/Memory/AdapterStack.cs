using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping.Memory;

/// <summary>
/// All resident adapters: for each layer and site A [capacity, segments * rank, inputs] and B [capacity, rank, outputs]. For our
/// own operator they are bytes of any <see cref="AdapterType"/>, with the rank of each beside them, beyond which it reads nothing;
/// for the library's they are f32, and zero beyond an adapter's rank.
/// </summary>
internal sealed class AdapterStack : IDisposable
{
    private readonly ModelShape _shape;
    private readonly int _capacity;
    private readonly int _rank;
    private readonly AdapterType _type;
    private readonly bool _opaque;
    private readonly NativeTensorSet _tensors = new();
    private readonly NativeTensor[][] _a;
    private readonly NativeTensor[][] _b;
    private readonly NativeTensor[][] _ranks;

    /// <param name="shape">The base's.</param>
    /// <param name="capacity">Adapters.</param>
    /// <param name="rank">The largest.</param>
    /// <param name="type">How numbers are stored.</param>
    /// <param name="opaque">For our own operator; else for the library's, with f32.</param>
    public AdapterStack(ModelShape shape, int capacity, int rank, AdapterType type, bool opaque)
    {
        (_shape, _capacity, _rank, _type, _opaque) = (shape, capacity, rank, type, opaque);
        _a = ForEach(site => AddStack((long)site.Segments(shape).Count * rank, site.InputWidth(shape)));
        _b = ForEach(site => AddStack(rank, site.OutputWidth(shape)));
        _ranks = opaque ? ForEach(_ => _tensors.Add(TensorElementType.Int32, capacity)) : [];
    }

    /// <summary>Of the stacks; the ranks are next to nothing.</summary>
    public long Bytes => _a.Concat(_b).Sum(layer => layer.Sum(tensor => tensor.Bytes));

    private int Size => _type.Size();

    public void Bind(OnnxBinding binding)
    {
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (var site in LoraSites.All)
            {
                binding.BindInput($"lA.{layer}.{site.GraphName()}", _a[layer][(int)site].Value);
                binding.BindInput($"lB.{layer}.{site.GraphName()}", _b[layer][(int)site].Value);
                if (_opaque)
                {
                    binding.BindInput($"lR.{layer}.{site.GraphName()}", _ranks[layer][(int)site].Value);
                }
            }
        }
    }

    /// <summary>Puts an adapter at an index. Checks everything before it writes anything.</summary>
    /// <exception cref="ArgumentException">The adapter does not fit the stack; the message says why.</exception>
    public void Load(int index, AdapterWeights weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _capacity);
        Check(weights);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (var site in LoraSites.All)
            {
                var part = weights.Layers[layer][(int)site];
                int segments = site.Segments(_shape).Count;
                Fill(_a[layer][(int)site], index, segments, part?.A, weights.Rank, site.InputWidth(_shape));
                Fill(_b[layer][(int)site], index, 1, part?.B, weights.Rank, site.OutputWidth(_shape));
                if (_opaque)
                {
                    int rank = part is null ? 0 : weights.Rank;
                    MemoryMarshal.Write(_ranks[layer][(int)site].Slice(index * sizeof(int), sizeof(int)), rank);
                }
            }
        }
    }

    /// <summary>Whether an adapter fits the stack.</summary>
    /// <exception cref="ArgumentException">Its rank, layers, sizes or numbers are not the stack's; the message says which.</exception>
    public void Check(AdapterWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Rank < 1 || weights.Rank > _rank)
        {
            throw new ArgumentException($"The adapter has rank {weights.Rank}; AdapterRank allows 1 to {_rank} (ExpertCluster:Runtime:AdapterRank of a host).", nameof(weights));
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

            foreach (var site in LoraSites.All)
            {
                if (weights.Layers[layer][(int)site] is { } part)
                {
                    int segments = site.Segments(_shape).Count;
                    CheckLength(layer, site, "A", part.A, (long)segments * weights.Rank * site.InputWidth(_shape));
                    CheckLength(layer, site, "B", part.B, (long)weights.Rank * site.OutputWidth(_shape));
                    CheckSize(layer, site, "A", part.A);
                    CheckSize(layer, site, "B", part.B);
                }
            }
        }
    }

    public void Dispose() => _tensors.Dispose();

    private NativeTensor[][] ForEach(Func<LoraSite, NativeTensor> make) =>
        [.. Enumerable.Range(0, _shape.Layers).Select(_ => LoraSites.All.Select(make).ToArray())];

    private NativeTensor AddStack(long rows, int width) => _opaque
        ? _tensors.Add(TensorElementType.UInt8, _capacity, rows, (long)width * Size)
        : _tensors.Add(TensorElementType.Float, _capacity, rows, width);

    /// <summary>Segment s of the source begins at row s * its own rank, that of the stack at row s * the stack's rank.</summary>
    private void Fill(NativeTensor target, int index, int segments, float[]? source, int sourceRank, int width)
    {
        int filled = source is null ? 0 : sourceRank * width;
        for (int segment = 0; segment < segments; segment++)
        {
            long start = (((long)index * segments) + segment) * _rank * width * Size;
            Store(source.AsSpan(segment * filled, filled), target.Slice(start, checked(filled * Size)));
            if (!_opaque)
            {
                target.Slice(start + ((long)filled * Size), ((_rank * width) - filled) * Size).Clear();
            }
        }
    }

    private void Store(ReadOnlySpan<float> source, Span<byte> target)
    {
        if (_type == AdapterType.Float16)
        {
            HalfWeight.Store(source, MemoryMarshal.Cast<byte, ushort>(target));
        }
        else
        {
            MemoryMarshal.AsBytes(source).CopyTo(target);
        }
    }

    private void CheckSize(int layer, LoraSite site, string name, float[] values)
    {
        if (_type == AdapterType.Float16 && TensorPrimitives.MaxMagnitude<float>(values) is var largest && !(MathF.Abs(largest) <= HalfWeight.Largest))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} of layer {layer}, {site.GraphName()}, holds {largest}; AdapterType {_type} takes numbers up to {HalfWeight.Largest} in size."));
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
