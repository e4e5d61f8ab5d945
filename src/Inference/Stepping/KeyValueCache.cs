using ExpertCluster.Models.Architecture;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Keys and values of all slots, a pair of tensors [slots, heads, positions, dimension] for each layer.</summary>
internal sealed class KeyValueCache : IDisposable
{
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
}
