using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Lora;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Lora;

/// <summary>A random RowLora call over 4 adapters.</summary>
internal sealed unsafe class LoraCase
{
    private const int Capacity = 4;

    private readonly float[] _x;
    private readonly float[] _y;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly ushort[] _halvesA;
    private readonly ushort[] _halvesB;
    private readonly int[] _index;
    private readonly float[] _weight;
    private readonly int[] _segments;
    private readonly int[] _ranks;
    private readonly int _inputs;
    private readonly int _rank;
    private readonly int _places;

    /// <summary>Rank of adapter 3 is the half of the others', rounded up; what lies beyond it in the stacks is not to be read.</summary>
    public LoraCase(int inputs, int rank, int[] segments, int places, params (int Index, float Weight)[] rows)
    {
        (_inputs, _rank, _places) = (inputs, rank, places);
        _ranks = [rank, rank, rank, (rank + 1) / 2];
        _segments = segments;
        var random = new Random(inputs + rank);
        _x = Fill(Rows(rows) * inputs);
        _y = Fill(Rows(rows) * Outputs);
        _a = Stored(Fill(Capacity * segments.Length * rank * inputs), out _halvesA);
        _b = Stored(Fill(Capacity * rank * Outputs), out _halvesB);
        _index = [.. rows.Select(r => r.Index)];
        _weight = [.. rows.Select(r => r.Weight)];

        int Rows((int, float)[] all) => all.Length / places;
        float[] Fill(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private int Outputs => _segments.Sum();

    private int RowCount => _index.Length / _places;

    /// <param name="inPlace">Whether the output is y's own memory.</param>
    public float[] Run<TLanes>(bool inPlace = false, AdapterType type = AdapterType.Float32)
        where TLanes : struct, ILanes<TLanes>
    {
        float[] source = [.. _y];
        float[] output = inPlace ? source : new float[_y.Length];
        fixed (float* x = _x, y = source, a = _a, b = _b, weight = _weight, o = output)
        {
            fixed (ushort* halvesA = _halvesA, halvesB = _halvesB)
            fixed (int* index = _index, segments = _segments, ranks = _ranks)
            {
                bool halves = type == AdapterType.Float16;
                var call = new LoraCall
                {
                    Rows = RowCount,
                    Inputs = _inputs,
                    Outputs = Outputs,
                    Rank = _rank,
                    PlacesPerRow = _places,
                    Segments = _segments.Length,
                    SegmentWidths = segments,
                    X = x,
                    Y = y,
                    A = halves ? (byte*)halvesA : (byte*)a,
                    B = halves ? (byte*)halvesB : (byte*)b,
                    Type = type,
                    Ranks = ranks,
                    Index = index,
                    Weight = weight,
                    Output = o,
                };
                LoraCall.Run<TLanes>(call, 0, call.Rows);
            }
        }

        return output;
    }

    /// <summary>The definition, in double precision.</summary>
    public float[] Plain()
    {
        float[] output = new float[_y.Length];
        for (int row = 0; row < RowCount; row++)
        {
            for (int column = 0; column < Outputs; column++)
            {
                output[(row * Outputs) + column] = (float)Element(row, column);
            }
        }

        return output;
    }

    /// <summary>Numbers that halves hold exactly, so that one definition serves both types.</summary>
    private static float[] Stored(float[] values, out ushort[] halves)
    {
        float[] exact = [.. values.Select(v => MathF.Round(v * 1024) / 1024)];
        halves = new ushort[values.Length];
        HalfWeight.Store(exact, halves);
        return exact;
    }

    private double Element(int row, int column)
    {
        int segment = 0;
        for (int end = _segments[0]; column >= end; end += _segments[++segment])
        {
        }

        double sum = _y[(row * Outputs) + column];
        for (int place = 0; place < _places; place++)
        {
            int adapter = _index[(row * _places) + place];
            for (int i = 0; adapter >= 0 && i < _ranks[adapter]; i++)
            {
                double low = 0;
                for (int c = 0; c < _inputs; c++)
                {
                    low += _a[(((((adapter * _segments.Length) + segment) * _rank) + i) * _inputs) + c] * _x[(row * _inputs) + c];
                }

                sum += _weight[(row * _places) + place] * low * _b[(((adapter * _rank) + i) * Outputs) + column];
            }
        }

        return sum;
    }
}
