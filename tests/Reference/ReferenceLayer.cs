using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>The linear modules and norms of one layer, with the adapters of one position.</summary>
internal sealed class ReferenceLayer(ReferenceWeights weights, int layer, IReadOnlyList<AdapterShare>? mix)
{
    private readonly ReferenceConfig _config = weights.Config;

    public int Layer => layer;

    public (double[] Query, double[] Key, double[] Value) QueryKeyValue(double[] x)
    {
        if (!_config.IsFused)
        {
            return (
                Project("self_attn.q_proj", LoraSite.QueryKeyValue, 0, x),
                Project("self_attn.k_proj", LoraSite.QueryKeyValue, 1, x),
                Project("self_attn.v_proj", LoraSite.QueryKeyValue, 2, x));
        }

        double[] all = Project("self_attn.qkv_proj", LoraSite.QueryKeyValue, 0, x);
        int query = _config.Heads * _config.HeadDimension;
        int key = query + (_config.KeyValueHeads * _config.HeadDimension);
        return (all[..query], all[query..key], all[key..]);
    }

    public (double[] Gate, double[] Up) GateUp(double[] x)
    {
        if (!_config.IsFused)
        {
            return (Project("mlp.gate_proj", LoraSite.GateUp, 0, x), Project("mlp.up_proj", LoraSite.GateUp, 1, x));
        }

        double[] both = Project("mlp.gate_up_proj", LoraSite.GateUp, 0, x);
        return (both[..(both.Length / 2)], both[(both.Length / 2)..]);
    }

    /// <summary>W x, its bias, and for every adapter of the mix weight * (A x) B over this module's own blocks of A and B.</summary>
    public double[] Project(string module, LoraSite site, int segment, double[] x)
    {
        double[] y = Multiply(weights[Name($"{module}.weight")], x);
        if (_config.HasBias(module))
        {
            y = [.. y.Zip(weights[Name($"{module}.bias")], (v, b) => v + b)];
        }

        var widths = site.Segments(_config.Shape);
        int first = widths.Take(segment).Sum();
        int all = widths.Sum();
        foreach (var share in mix ?? [])
        {
            if (share.Adapter.Layers[layer][(int)site] is not SiteWeights lora)
            {
                continue;
            }

            int rank = share.Adapter.Rank;
            for (int i = 0; i < rank; i++)
            {
                double h = 0;
                for (int c = 0; c < x.Length; c++)
                {
                    h += lora.A[(((segment * rank) + i) * x.Length) + c] * x[c];
                }

                for (int o = 0; o < y.Length; o++)
                {
                    y[o] += share.Weight * h * lora.B[(i * all) + first + o];
                }
            }
        }

        return y;
    }

    public double[] Norm(double[] x, string norm) => Normalise(x, 0, x.Length, weights[Name($"{norm}.weight")], _config);

    public void NormHead(double[] heads, int start, string norm) =>
        Normalise(heads, start, _config.HeadDimension, weights[Name(norm)], _config).CopyTo(heads, start);

    public static double[] Normalise(double[] x, int start, int count, float[] gain, ReferenceConfig config)
    {
        double[] part = x[start..(start + count)];
        double scale = 1 / Math.Sqrt((part.Sum(v => v * v) / count) + config.NormEpsilon);
        double offset = config.IsGemma2 ? 1 : 0;
        return [.. part.Select((v, i) => v * scale * (offset + gain[i]))];
    }

    public static double[] Multiply(float[] matrix, double[] x)
    {
        double[] y = new double[matrix.Length / x.Length];
        for (int r = 0; r < y.Length; r++)
        {
            ReadOnlySpan<float> row = matrix.AsSpan(r * x.Length, x.Length);
            double sum = 0;
            for (int c = 0; c < row.Length; c++)
            {
                sum += row[c] * x[c];
            }

            y[r] = sum;
        }

        return y;
    }

    private string Name(string tensor) => $"model.layers.{layer}.{tensor}";
}
