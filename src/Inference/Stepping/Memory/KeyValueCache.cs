using ExpertCluster.Inference.Kernels.Attention;
using ExpertCluster.Inference.Kernels.Vectors;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping.Memory;

/// <summary>
/// Keys and values of all slots, a pair of tensors for each layer: [slots, heads, positions, bytes of a position] for our own
/// operator, which alone knows what the bytes are, or [slots, heads, positions, dimension] in f32 for the library's.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    /// <summary>Positions whose keys stand together, whichever operator wrote them: see <see cref="CacheWriter"/>.</summary>
    public const int BlockPositions = Lanes.Count;

    private readonly NativeTensorSet _tensors = new();
    private readonly ModelShape _shape;
    private readonly CacheLayout _layout;
    private readonly NativeTensor[] _keys;
    private readonly NativeTensor[] _values;

    /// <param name="shape">The model's.</param>
    /// <param name="slots">Sequences.</param>
    /// <param name="layout">How a head's positions are stored.</param>
    /// <param name="opaque">Tensors of bytes; else of f32, which the layout then must be.</param>
    public KeyValueCache(ModelShape shape, int slots, CacheLayout layout, bool opaque)
    {
        (_shape, _layout) = (shape, layout);
        _keys = Allocate();
        _values = Allocate();

        NativeTensor[] Allocate() => [.. Enumerable.Range(0, shape.Layers)
            .Select(_ => _tensors.Add(
                opaque ? TensorElementType.UInt8 : TensorElementType.Float,
                slots,
                shape.KeyValueHeads,
                layout.Capacity,
                opaque ? layout.PositionSize : layout.HeadDimension))];
    }

    public long Bytes => _tensors.Bytes;

    /// <summary>A block of every layer: 2 * layers * heads * positions * bytes of a position.</summary>
    public int BlockBytes => checked(Parts * PartSize);

    private int Parts => 2 * _shape.Layers * _shape.KeyValueHeads;

    private int PartSize => BlockPositions * _layout.PositionSize;

    private int ScalesSize => BlockPositions * _layout.ScaleSize;

    /// <summary>Copies a slot's block out.</summary>
    public void Read(int slot, int block, Span<byte> to)
    {
        for (int part = 0; part < Parts; part++)
        {
            var copy = to.Slice(part * PartSize, PartSize);
            Scales(part, slot, block).CopyTo(copy);
            Elements(part, slot, block).CopyTo(copy[ScalesSize..]);
        }
    }

    /// <summary>Copies a block into a slot.</summary>
    public void Write(int slot, int block, ReadOnlySpan<byte> from)
    {
        for (int part = 0; part < Parts; part++)
        {
            var copy = from.Slice(part * PartSize, PartSize);
            copy[..ScalesSize].CopyTo(Scales(part, slot, block));
            copy[ScalesSize..].CopyTo(Elements(part, slot, block));
        }
    }

    /// <summary>Binds each cache as input and, over the same memory, as output: so the run writes it in place.</summary>
    /// <param name="names">From layer to the names of (key in, value in, key out, value out).</param>
    public void Bind(OnnxBinding binding, Func<int, (string KeyIn, string ValueIn, string KeyOut, string ValueOut)> names)
    {
        for (int layer = 0; layer < _keys.Length; layer++)
        {
            var name = names(layer);
            binding.BindInput(name.KeyIn, _keys[layer].Value);
            binding.BindInput(name.ValueIn, _values[layer].Value);
            binding.BindOutput(name.KeyOut, _keys[layer].Value);
            binding.BindOutput(name.ValueOut, _values[layer].Value);
        }
    }

    /// <summary>Binds a range of slots as a batch of its own, for graphs that know no slots; f32 only.</summary>
    /// <param name="held">Takes the tensors, which must live until the run is over.</param>
    public void BindRange(
        OnnxBinding binding,
        Owned held,
        int firstSlot,
        int count,
        Func<int, (string KeyIn, string ValueIn, string KeyOut, string ValueOut)> names)
    {
        long slot = _shape.KeyValueHeads * _layout.HeadSize;
        for (int layer = 0; layer < _keys.Length; layer++)
        {
            var name = names(layer);
            var keys = held.Add(View(_keys[layer]));
            var values = held.Add(View(_values[layer]));
            binding.BindInput(name.KeyIn, keys);
            binding.BindInput(name.ValueIn, values);
            binding.BindOutput(name.KeyOut, keys);
            binding.BindOutput(name.ValueOut, values);
        }

        OnnxTensor View(NativeTensor tensor) =>
            tensor.View(firstSlot * slot, count, _shape.KeyValueHeads, _layout.Capacity, _layout.HeadDimension);
    }

    public void Dispose() => _tensors.Dispose();

    private Span<byte> Scales(int part, int slot, int block) => Slice(part, slot, (long)block * ScalesSize, ScalesSize);

    private Span<byte> Elements(int part, int slot, int block) =>
        Slice(part, slot, _layout.ElementsAt(block * BlockPositions), PartSize - ScalesSize);

    /// <summary>Parts stand by layer, then keys before values, then by head.</summary>
    private Span<byte> Slice(int part, int slot, long start, int length)
    {
        int head = part % _shape.KeyValueHeads;
        int tensor = part / _shape.KeyValueHeads;
        var tensors = tensor % 2 == 0 ? _keys : _values;
        return tensors[tensor / 2].Slice(((((long)slot * _shape.KeyValueHeads) + head) * _layout.HeadSize) + start, length);
    }
}
