using System.Runtime.InteropServices;
using ExpertCluster.Inference.Kernels;
using ExpertCluster.Models.Architecture;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Keys and values of all slots, a pair of tensors [slots, heads, positions, dimension] for each layer.</summary>
internal sealed class KeyValueCache : IDisposable
{
    /// <summary>Positions whose keys stand together, whichever operator wrote them: see <see cref="CacheWriter"/>.</summary>
    public const int BlockPositions = Lanes.Count;

    private readonly NativeTensorSet _tensors = new();
    private readonly ModelShape _shape;
    private readonly int _positions;
    private readonly NativeTensor[] _keys;
    private readonly NativeTensor[] _values;

    public KeyValueCache(ModelShape shape, int slots, int positions)
    {
        (_shape, _positions) = (shape, positions);
        _keys = Allocate();
        _values = Allocate();

        NativeTensor[] Allocate() => [.. Enumerable.Range(0, shape.Layers)
            .Select(_ => _tensors.Add(slots, shape.KeyValueHeads, positions, shape.HeadDimension))];
    }

    public long Bytes => _tensors.Bytes;

    /// <summary>A block of every layer: 2 * layers * heads * positions * dimension.</summary>
    public int BlockBytes => checked(2 * _shape.Layers * _shape.KeyValueHeads * PartLength * sizeof(float));

    private int PartLength => BlockPositions * _shape.HeadDimension;

    /// <summary>Copies a slot's block out.</summary>
    public void Read(int slot, int block, Span<byte> to)
    {
        var floats = MemoryMarshal.Cast<byte, float>(to);
        for (int part = 0; part * PartLength < floats.Length; part++)
        {
            Part(part, slot, block).CopyTo(floats[(part * PartLength)..]);
        }
    }

    /// <summary>Copies a block into a slot.</summary>
    public void Write(int slot, int block, ReadOnlySpan<byte> from)
    {
        var floats = MemoryMarshal.Cast<byte, float>(from);
        for (int part = 0; part * PartLength < floats.Length; part++)
        {
            floats.Slice(part * PartLength, PartLength).CopyTo(Part(part, slot, block));
        }
    }

    /// <summary>Binds each cache as input and, over the same memory, as output: so the run writes it in place.</summary>
    /// <param name="names">From layer to the names of (key in, value in, key out, value out).</param>
    public void Bind(OrtIoBinding binding, Func<int, (string KeyIn, string ValueIn, string KeyOut, string ValueOut)> names)
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

    /// <summary>Binds a range of slots as a batch of its own, for graphs that know no slots.</summary>
    /// <param name="held">Takes the tensors, which must live until the run is over.</param>
    public void BindRange(
        OrtIoBinding binding,
        Owned held,
        int firstSlot,
        int count,
        Func<int, (string KeyIn, string ValueIn, string KeyOut, string ValueOut)> names)
    {
        long slot = (long)_shape.KeyValueWidth * _positions;
        for (int layer = 0; layer < _keys.Length; layer++)
        {
            var name = names(layer);
            OrtValue keys = held.Add(View(_keys[layer]));
            OrtValue values = held.Add(View(_values[layer]));
            binding.BindInput(name.KeyIn, keys);
            binding.BindInput(name.ValueIn, values);
            binding.BindOutput(name.KeyOut, keys);
            binding.BindOutput(name.ValueOut, values);
        }

        OrtValue View(NativeTensor tensor) =>
            tensor.View(firstSlot * slot, count, _shape.KeyValueHeads, _positions, _shape.HeadDimension);
    }

    public void Dispose() => _tensors.Dispose();

    /// <summary>Parts stand by layer, then keys before values, then by head.</summary>
    private Span<float> Part(int part, int slot, int block)
    {
        int head = part % _shape.KeyValueHeads;
        int tensor = part / _shape.KeyValueHeads;
        var tensors = tensor % 2 == 0 ? _keys : _values;
        long start = ((((long)slot * _shape.KeyValueHeads) + head) * _positions + ((long)block * BlockPositions)) * _shape.HeadDimension;
        return tensors[tensor / 2].Slice(start, PartLength);
    }
}
