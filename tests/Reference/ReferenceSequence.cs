using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>One growing sequence with its keys and values of every layer and earlier position.</summary>
public sealed class ReferenceSequence
{
    private readonly ReferenceWeights _weights;
    private readonly ModelShape _shape;
    private readonly List<double[]>[] _keys;
    private readonly List<double[]>[] _values;

    internal ReferenceSequence(ReferenceWeights weights)
    {
        _weights = weights;
        _shape = weights.Shape;
        _keys = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new List<double[]>())];
        _values = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new List<double[]>())];
    }

    /// <summary>The position of the next token.</summary>
    public int Position => _keys[0].Count;

    /// <summary>Takes one token in, and returns the logits of the next.</summary>
    public float[] Step(int token, IReadOnlyList<AdapterShare>? mix = null)
    {
        float[] embedding = _weights[LlamaTensors.Embedding];
        double[] x = [.. embedding.Skip(token * _shape.Hidden).Take(_shape.Hidden).Select(v => (double)v)];
        int position = Position;
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            x = Sum(x, Attention(layer, position, Normalise(x, LlamaTensors.InputNorm(layer)), mix));
            x = Sum(x, FeedForward(layer, Normalise(x, LlamaTensors.AttentionNorm(layer)), mix));
        }

        float[] head = _shape.TiedEmbeddings ? embedding : _weights[LlamaTensors.Head];
        return [.. Multiply(head, _shape.Vocabulary, Normalise(x, LlamaTensors.FinalNorm)).Select(v => (float)v)];
    }

    private double[] Attention(int layer, int position, double[] x, IReadOnlyList<AdapterShare>? mix)
    {
        int size = _shape.HeadDimension;
        double[] query = Project(LlamaTensors.Query(layer), layer, LoraSite.QueryKeyValue, 0, x, mix);
        double[] key = Project(LlamaTensors.Key(layer), layer, LoraSite.QueryKeyValue, 1, x, mix);
        _values[layer].Add(Project(LlamaTensors.Value(layer), layer, LoraSite.QueryKeyValue, 2, x, mix));
        Rotate(query, position);
        Rotate(key, position);
        _keys[layer].Add(key);
        double[] attended = new double[_shape.QueryWidth];
        for (int head = 0; head < _shape.Heads; head++)
        {
            int own = head * size;
            int shared = head / (_shape.Heads / _shape.KeyValueHeads) * size;
            double[] scores = [.. _keys[layer].Select(k => Dot(query, own, k, shared, size) / Math.Sqrt(size))];
            double most = scores.Max();
            double[] weights = [.. scores.Select(s => Math.Exp(s - most))];
            double total = weights.Sum();
            for (int past = 0; past <= position; past++)
            {
                for (int i = 0; i < size; i++) attended[own + i] += weights[past] / total * _values[layer][past][shared + i];
            }
        }

        return Project(LlamaTensors.Output(layer), layer, LoraSite.Output, 0, attended, mix);
    }

    private double[] FeedForward(int layer, double[] x, IReadOnlyList<AdapterShare>? mix)
    {
        double[] gate = Project(LlamaTensors.Gate(layer), layer, LoraSite.GateUp, 0, x, mix);
        double[] up = Project(LlamaTensors.Up(layer), layer, LoraSite.GateUp, 1, x, mix);
        double[] product = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
        return Project(LlamaTensors.Down(layer), layer, LoraSite.Down, 0, product, mix);
    }

    /// <summary>W x plus, for every adapter of the mix, weight * (A x) B over this projection's own blocks of A and B.</summary>
    private double[] Project(string tensor, int layer, LoraSite site, int segment, double[] x, IReadOnlyList<AdapterShare>? mix)
    {
        IReadOnlyList<int> widths = site.Segments(_shape);
        int width = widths[segment];
        int first = widths.Take(segment).Sum();
        int all = widths.Sum();
        double[] y = Multiply(_weights[tensor], width, x);
        foreach (AdapterShare share in mix ?? [])
        {
            if (share.Adapter.Layers[layer][(int)site] is not SiteWeights lora) continue;
            int rank = share.Adapter.Rank;
            for (int i = 0; i < rank; i++)
            {
                double h = 0;
                for (int c = 0; c < x.Length; c++) h += lora.A[(((segment * rank) + i) * x.Length) + c] * x[c];
                for (int o = 0; o < width; o++) y[o] += share.Weight * h * lora.B[(i * all) + first + o];
            }
        }

        return y;
    }

    private double[] Normalise(double[] x, string tensor)
    {
        float[] gain = _weights[tensor];
        double scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + _shape.NormEpsilon);
        return [.. x.Select((v, i) => v * scale * gain[i])];
    }

    /// <summary>Rotary embedding: the first half of each head against its second half.</summary>
    private void Rotate(double[] heads, int position)
    {
        int size = _shape.HeadDimension;
        int half = size / 2;
        for (int start = 0; start < heads.Length; start += size)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * Math.Pow(_shape.RopeTheta, -2.0 * i / size);
                (double a, double b) = (heads[start + i], heads[start + half + i]);
                heads[start + i] = (a * Math.Cos(angle)) - (b * Math.Sin(angle));
                heads[start + half + i] = (b * Math.Cos(angle)) + (a * Math.Sin(angle));
            }
        }
    }

    private static double[] Multiply(float[] matrix, int rows, double[] x)
    {
        double[] y = new double[rows];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = matrix.AsSpan(r * x.Length, x.Length);
            double sum = 0;
            for (int c = 0; c < row.Length; c++) sum += row[c] * x[c];
            y[r] = sum;
        }

        return y;
    }

    private static double Dot(double[] a, int atA, double[] b, int atB, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += a[atA + i] * b[atB + i];
        return sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
