using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Models.Tests.Support;

/// <summary>Runs portable.onnx on the CPU provider: a cache for each sequence of a batch, kept from call to call.</summary>
internal sealed class PortableRunner : IDisposable
{
    private const int Positions = 48;

    private readonly ModelShape _shape;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, (float[] Data, long[] Shape)> _stacks = [];
    private readonly AdapterWeights[] _adapters;

    public PortableRunner(ImportedModel model, params AdapterWeights[] adapters)
    {
        _shape = model.Shape;
        _adapters = adapters;
        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        _session = new InferenceSession(model.PortableGraphPath, options);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (var site in LoraSites.All)
            {
                Stack(layer, site);
            }
        }
    }

    /// <summary>An empty cache for a batch, [layer * 2 + (0 keys, 1 values)].</summary>
    public float[][] NewCache(int batch) =>
        [.. Enumerable.Range(0, 2 * _shape.Layers).Select(_ => new float[batch * _shape.KeyValueHeads * Positions * _shape.PaddedHeadDimension])];

    /// <summary>Runs [batch, length] tokens after <paramref name="past"/> of each sequence; gives every row's logits.</summary>
    public float[][] Run(int[][] tokens, int past, float[][] cache, Func<int, int, (int Index, float Weight)[]>? mix = null, int width = 2)
    {
        int batch = tokens.Length;
        int length = tokens[0].Length;
        (int Index, float Weight)[][] mixes = [.. Rows(batch, length).Select(r => mix?.Invoke(r.Sequence, past + r.Offset) ?? [])];
        int[] indices = [.. mixes.SelectMany(m => Pad(m.Select(s => s.Index), -1, width))];
        float[] weights = [.. mixes.SelectMany(m => Pad(m.Select(s => s.Weight), 0f, width))];
        int[] set = [.. indices.Where(i => i >= 0).Distinct().DefaultIfEmpty(0)];
        List<string> names = [];
        List<OrtValue> values = [];
        Add("input_ids", tokens.SelectMany(t => t).ToArray(), batch, length);
        Add("seqlens_k", Enumerable.Repeat(past + length - 1, batch).ToArray(), batch);
        Add("total_seq", new[] { past + length }, 1);
        Add("out_rows", Enumerable.Range(0, batch * length).ToArray(), batch * length);
        Add("lora_idx", indices, batch, length, width);
        Add("lora_w", weights, batch, length, width);
        Add("lora_set", set, set.Length);
        foreach ((string name, (float[] data, long[] shape)) in _stacks)
        {
            Add(name, data, shape);
        }

        float[] logits = new float[batch * length * _shape.Vocabulary];
        List<string> outputNames = ["logits"];
        List<OrtValue> outputs = [OrtValue.CreateTensorValueFromMemory(logits, [batch * length, _shape.Vocabulary])];
        for (int i = 0; i < cache.Length; i++)
        {
            // One value as input and output: the cache is written in place.
            Add($"past.{i / 2}.{(i % 2 == 0 ? "key" : "value")}", cache[i], batch, _shape.KeyValueHeads, Positions, _shape.PaddedHeadDimension);
            outputNames.Add($"present.{i / 2}.{(i % 2 == 0 ? "key" : "value")}");
            outputs.Add(values[^1]);
        }

        _session.Run(_options, names, values, outputNames, outputs);
        foreach (var value in values.Append(outputs[0]))
        {
            value.Dispose();
        }

        return [.. logits.Chunk(_shape.Vocabulary)];

        void Add<T>(string name, T[] data, params long[] shape)
            where T : unmanaged
        {
            names.Add(name);
            values.Add(OrtValue.CreateTensorValueFromMemory(data, shape));
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private void Stack(int layer, LoraSite site)
    {
        int rank = _adapters.Select(a => a.Rank).DefaultIfEmpty(1).Max();
        int slots = Math.Max(1, _adapters.Length);
        int segments = site.Segments(_shape).Count;
        (int inputs, int outputs) = (site.InputWidth(_shape), site.OutputWidth(_shape));
        float[] a = new float[slots * segments * rank * inputs];
        float[] b = new float[slots * rank * outputs];
        for (int slot = 0; slot < _adapters.Length; slot++)
        {
            if (_adapters[slot].Layers[layer][(int)site] is not SiteWeights weights)
            {
                continue;
            }

            int own = _adapters[slot].Rank;
            for (int segment = 0; segment < segments; segment++)
            {
                weights.A.AsSpan(segment * own * inputs, own * inputs).CopyTo(a.AsSpan(((slot * segments) + segment) * rank * inputs));
            }

            weights.B.CopyTo(b.AsSpan(slot * rank * outputs));
        }

        _stacks.Add($"lA.{layer}.{site.GraphName()}", (a, [slots, segments * rank, inputs]));
        _stacks.Add($"lB.{layer}.{site.GraphName()}", (b, [slots, rank, outputs]));
    }

    private static IEnumerable<(int Sequence, int Offset)> Rows(int batch, int length) =>
        Enumerable.Range(0, batch * length).Select(i => (i / length, i % length));

    private static IEnumerable<T> Pad<T>(IEnumerable<T> items, T filler, int width) => items.Concat(Enumerable.Repeat(filler, width)).Take(width);
}
