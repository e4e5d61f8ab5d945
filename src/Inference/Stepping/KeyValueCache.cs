using ExpertCluster.Models.Architecture;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Keys and values of all slots, a pair of tensors [slots, heads, positions, dimension] for each layer.</summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly NativeTensorSet _tensors = new();
    private readonly NativeTensor[] _keys;
    private readonly NativeTensor[] _values;

    public KeyValueCache(ModelShape shape, int slots, int positions)
    {
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

    public void Dispose() => _tensors.Dispose();
}
