using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>One growing sequence with its keys and values of every layer and earlier position.</summary>
public sealed class ReferenceSequence
{
    private readonly ReferenceWeights _weights;
    private readonly ReferenceConfig _config;
    private readonly ReferenceRope _rope;
    private readonly List<double[]>[] _keys;
    private readonly List<double[]>[] _values;

    internal ReferenceSequence(ReferenceWeights weights)
    {
        _weights = weights;
        _config = weights.Config;
        _rope = _config.Rope;
        _keys = [.. Enumerable.Range(0, _config.Layers).Select(_ => new List<double[]>())];
        _values = [.. Enumerable.Range(0, _config.Layers).Select(_ => new List<double[]>())];
    }

    /// <summary>The position of the next token.</summary>
    public int Position => _keys[0].Count;

    /// <summary>Takes one token in, and returns the logits of the next.</summary>
    public float[] Step(int token, IReadOnlyList<AdapterShare>? mix = null)
    {
        float[] embedding = _weights["model.embed_tokens.weight"];
        double[] x = [.. embedding.Skip(token * _config.Hidden).Take(_config.Hidden).Select(v => v * EmbeddingScale)];
        int position = Position;
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            ReferenceLayer weights = new(_weights, layer, mix);
            double[] attended = Attention(weights, position, weights.Norm(x, "input_layernorm"));
            if (_config.IsGemma2)
            {
                attended = weights.Norm(attended, "post_attention_layernorm");
            }

            x = Sum(x, attended);
            double[] fed = FeedForward(weights, weights.Norm(x, _config.IsGemma2 ? "pre_feedforward_layernorm" : "post_attention_layernorm"));
            if (_config.IsGemma2)
            {
                fed = weights.Norm(fed, "post_feedforward_layernorm");
            }

            x = Sum(x, fed);
        }

        float[] head = _config.TiedEmbeddings ? embedding : _weights["lm_head.weight"];
        double[] last = ReferenceLayer.Normalise(x, 0, x.Length, _weights["model.norm.weight"], _config);
        return [.. ReferenceLayer.Multiply(head, last).Select(v => (float)Cap(v, _config.LogitCap))];
    }

    private double EmbeddingScale => _config.IsGemma2 ? Math.Sqrt(_config.Hidden) : 1;

    private double[] Attention(ReferenceLayer weights, int position, double[] x)
    {
        int size = _config.HeadDimension;
        (double[] query, double[] key, double[] value) = weights.QueryKeyValue(x);
        Prepare(query, position, weights, "self_attn.q_norm.weight");
        Prepare(key, position, weights, "self_attn.k_norm.weight");
        var keys = _keys[weights.Layer];
        var values = _values[weights.Layer];
        keys.Add(key);
        values.Add(value);
        int first = (int)Math.Max(0, position + 1L - _config.Window(weights.Layer));
        double[] attended = new double[_config.Heads * size];
        for (int head = 0; head < _config.Heads; head++)
        {
            int own = head * size;
            int shared = head / (_config.Heads / _config.KeyValueHeads) * size;
            double[] scores = [.. keys.Skip(first).Select(k => Cap(Dot(query, own, k, shared, size) * _config.AttentionScale, _config.AttentionCap))];
            double most = scores.Max();
            double[] shares = [.. scores.Select(s => Math.Exp(s - most))];
            double total = shares.Sum();
            for (int past = first; past <= position; past++)
            {
                for (int i = 0; i < size; i++)
                {
                    attended[own + i] += shares[past - first] / total * values[past][shared + i];
                }
            }
        }

        return weights.Project("self_attn.o_proj", LoraSite.Output, 0, attended);
    }

    private double[] FeedForward(ReferenceLayer weights, double[] x)
    {
        (double[] gate, double[] up) = weights.GateUp(x);
        double[] product = [.. gate.Zip(up, (g, u) => Activate(g) * u)];
        return weights.Project("mlp.down_proj", LoraSite.Down, 0, product);
    }

    private double Activate(double x) => _config.Activation switch
    {
        "silu" => x / (1 + Math.Exp(-x)),
        "gelu_pytorch_tanh" => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        string other => throw new NotSupportedException(other),
    };

    private static double Cap(double x, double cap) => cap == 0 ? x : cap * Math.Tanh(x / cap);

    /// <summary>Each head by itself: its norm, where there is one, then its rotation, first half of the pairs against the second.</summary>
    private void Prepare(double[] heads, int position, ReferenceLayer weights, string norm)
    {
        int size = _config.HeadDimension;
        int pairs = _rope.Frequencies.Count;
        for (int start = 0; start < heads.Length; start += size)
        {
            if (_config.HasHeadNorms)
            {
                weights.NormHead(heads, start, norm);
            }

            for (int i = 0; i < pairs; i++)
            {
                double angle = position * _rope.Frequencies[i];
                (double a, double b) = (heads[start + i] * _rope.Scale, heads[start + pairs + i] * _rope.Scale);
                heads[start + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                heads[start + pairs + i] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
            }
        }
    }

    private static double Dot(double[] a, int atA, double[] b, int atB, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += a[atA + i] * b[atB + i];
        }

        return sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
