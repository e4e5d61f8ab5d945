using ExpertCluster.Inference.Kernels.Attention;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Attention;

/// <summary>A random attention call: filled caches, and one step's rows.</summary>
internal sealed unsafe class AttentionCase
{
    private readonly float[] _qkv;
    private readonly int[] _slots;
    private readonly int[] _positions;
    private readonly float[] _cosine;
    private readonly float[] _sine;
    private readonly float[] _queryNorm;
    private readonly float[] _keyNorm;
    private readonly AttentionShape _shape;

    public AttentionCase(int heads, int keyValueHeads, int dimension, int capacity, params (int Slot, int Position)[] rows)
        : this(heads, keyValueHeads, dimension, dimension / 2, capacity, rows)
    {
    }

    public AttentionCase(int heads, int keyValueHeads, int dimension, int half, int capacity, params (int Slot, int Position)[] rows)
    {
        _shape = new AttentionShape(rows.Length, heads, keyValueHeads, dimension, 3, capacity, capacity, half);
        var random = new Random(heads + (dimension * 100));
        _queryNorm = Fill(dimension);
        _keyNorm = Fill(dimension);
        _qkv = Fill((long)rows.Length * _shape.RowWidth);
        _slots = Pinned<int>(rows.Length);
        _positions = Pinned<int>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            (_slots[i], _positions[i]) = rows[i];
        }

        _cosine = Pinned<float>((long)capacity * half);
        _sine = Pinned<float>((long)capacity * half);
        for (int i = 0; i < _cosine.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(i / half * Math.Pow(10000, -2.0 * (i % half) / dimension));
            (_cosine[i], _sine[i]) = ((float)cos, (float)sin);
        }

        float[] Fill(long count)
        {
            float[] values = Pinned<float>(count);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (random.NextSingle() * 4) - 2;
            }

            return values;
        }
    }

    public KvCacheType Type { get; init; }

    public int Window { get; init; }

    public float SoftCap { get; init; }

    /// <summary>Whether queries and keys are normalised, with weights of their own.</summary>
    public bool Norms { get; init; }

    /// <summary>
    /// Makes all numbers multiples of 1/64 up to 127/64, which each head reaches: so f16 and int8 hold exactly what they are given,
    /// where nothing is rotated or normalised.
    /// </summary>
    public AttentionCase OnGrid()
    {
        for (int i = 0; i < _qkv.Length; i++)
        {
            _qkv[i] = i % _shape.HeadDimension == 1 ? 127f / 64 : MathF.Round(_qkv[i] * 63) / 64;
        }

        return this;
    }

    public float[] Run<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        float[] output = Pinned<float>(_shape.Rows * _shape.QueryWidth);
        var layout = new CacheLayout(Type, _shape.HeadDimension, _shape.Capacity);
        byte[] filled = Unwritten(layout);
        byte[] alsoFilled = Unwritten(layout);
        fixed (byte* keys = filled, values = alsoFilled)
        fixed (float* qkv = _qkv, cosine = _cosine, sine = _sine, o = output)
        {
            fixed (float* queryNorm = _queryNorm, keyNorm = _keyNorm)
            fixed (int* slots = _slots, positions = _positions)
            {
                var call = new AttentionCall
                {
                    Shape = _shape,
                    Scale = Scale,
                    SoftCap = SoftCap,
                    Window = Window,
                    QueryNorm = Norms ? queryNorm : null,
                    KeyNorm = Norms ? keyNorm : null,
                    NormEpsilon = Epsilon,
                    QueryKeyValue = qkv,
                    Layout = layout,
                    Keys = keys,
                    Values = values,
                    Slot = slots,
                    Position = positions,
                    Cosine = cosine,
                    Sine = sine,
                    Output = o,
                };
                CacheWriter.Write(call);
                AttentionCall.Run<TLanes>(call, 0, call.Tasks);
            }
        }

        return output;
    }

    /// <summary>The definition, in double precision, for cases whose rows hold each slot's whole history.</summary>
    public float[] Plain()
    {
        float[] output = new float[_shape.Rows * _shape.QueryWidth];
        for (int row = 0; row < _shape.Rows; row++)
        {
            for (int head = 0; head < _shape.Heads; head++)
            {
                Attend(row, head).CopyTo(output, (row * _shape.QueryWidth) + (head * _shape.HeadDimension));
            }
        }

        return output;
    }

    /// <summary>
    /// What each element of the output may be off from <see cref="Plain"/>, by the type's rounding alone. A stored number is off
    /// by at most e (half of the least step, of the largest of its head): a score by d = scale * e * sum |q|, so a weight by a factor
    /// of exp(2d), and the output by that of the largest value, and by the values' own e. Without a cap, which only shrinks d.
    /// </summary>
    public double Bound()
    {
        double keys = 0;
        double values = 0;
        double queries = 0;
        for (int row = 0; row < _shape.Rows; row++)
        {
            for (int head = 0; head < _shape.Heads + (2 * _shape.KeyValueHeads); head++)
            {
                double[] numbers = head < _shape.Heads + _shape.KeyValueHeads ? Rotated(row, head) : Source(row, head);
                double largest = numbers.Max(Math.Abs);
                keys = head >= _shape.Heads && head < _shape.Heads + _shape.KeyValueHeads ? Math.Max(keys, largest) : keys;
                values = head >= _shape.Heads + _shape.KeyValueHeads ? Math.Max(values, largest) : values;
                queries = head < _shape.Heads ? Math.Max(queries, numbers.Sum(Math.Abs)) : queries;
            }
        }

        double step = Type switch { KvCacheType.Float16 => Math.Pow(2, -11), KvCacheType.Int8 => 1.0 / 254, _ => 0 };
        double least = Type == KvCacheType.Float16 ? Halves.Least : 0;
        double score = Scale * queries * ((keys * step) + least);
        return ((Math.Exp(2 * score) - 1) * values) + (values * step) + least;
    }

    private const float Epsilon = 1e-3f;

    private float Scale => 1 / MathF.Sqrt(_shape.HeadDimension);

    private static T[] Pinned<T>(long count) => GC.AllocateArray<T>((int)count, pinned: true);

    // NaN in f32 and in scales, far out in f16: whoever reads beyond a row's own position shows it.
    private byte[] Unwritten(CacheLayout layout)
    {
        byte[] cache = Pinned<byte>(_shape.Slots * _shape.KeyValueHeads * layout.HeadSize);
        cache.AsSpan().Fill(0xff);
        return cache;
    }

    private float[] Attend(int row, int head)
    {
        int size = _shape.HeadDimension;
        int shared = head / _shape.Group;
        double[] query = Rotated(row, head);
        int[] past = [.. Enumerable.Range(0, _shape.Rows)
            .Where(r => _slots[r] == _slots[row] && _positions[r] <= _positions[row])
            .Where(r => Window == 0 || _positions[row] - _positions[r] < Window)];
        double[] scores = [.. past.Select(r => Cap(query.Zip(Rotated(r, _shape.Heads + shared), (a, b) => a * b).Sum() * Scale))];
        double most = scores.Max();
        double total = scores.Sum(s => Math.Exp(s - most));
        double[] sum = new double[size];
        for (int j = 0; j < past.Length; j++)
        {
            int at = (past[j] * _shape.RowWidth) + ((_shape.Heads + _shape.KeyValueHeads + shared) * size);
            for (int i = 0; i < size; i++)
            {
                sum[i] += Math.Exp(scores[j] - most) / total * _qkv[at + i];
            }
        }

        return Array.ConvertAll(sum, s => (float)s);
    }

    private double[] Source(int row, int head) =>
        [.. _qkv.Skip((row * _shape.RowWidth) + (head * _shape.HeadDimension)).Take(_shape.HeadDimension).Select(v => (double)v)];

    private double Cap(double score) => SoftCap == 0 ? score : SoftCap * Math.Tanh(score / SoftCap);

    private double[] Rotated(int row, int head)
    {
        int size = _shape.HeadDimension;
        int half = _shape.HalfRotary;
        double[] source = Source(row, head);
        if (Norms)
        {
            float[] weight = head < _shape.Heads ? _queryNorm : _keyNorm;
            double scale = 1 / Math.Sqrt((source.Sum(v => v * v) / size) + Epsilon);
            source = [.. source.Select((v, i) => v * scale * weight[i])];
        }

        double[] result = [.. source];
        for (int i = 0; i < half; i++)
        {
            double c = _cosine[(_positions[row] * half) + i];
            double s = _sine[(_positions[row] * half) + i];
            result[i] = (source[i] * c) - (source[i + half] * s);
            result[i + half] = (source[i + half] * c) + (source[i] * s);
        }

        return result;
    }
}
