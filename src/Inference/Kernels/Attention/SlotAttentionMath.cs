using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// Causal attention of rows over their slots. A task is one row and one key-value head, and depends on nothing but the
/// row and its slot: so a row's result is bitwise the same in any batch, on any number of threads.
/// </summary>
internal static unsafe class SlotAttentionMath
{
    private const int MostHeads = 4;

    /// <summary>Floats of scratch that a task needs: rotated queries, then scores, for a tile of heads.</summary>
    public static int ScratchFloats(in AttentionShape shape) => MostHeads * (shape.HeadDimension + ScoreStride(shape));

    /// <summary>Runs tasks [from, to): task t is row t / heads, head t % heads.</summary>
    public static void Run<TLanes, TElement>(in AttentionCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes>
        where TElement : struct, ICacheElement
    {
        float[] scratch = Scratch.Rent(ScratchFloats(call.Shape));
        float* buffer = (float*)Unsafe.AsPointer(ref scratch[0]);
        for (int task = from; task < to; task++)
        {
            int row = task / call.Shape.KeyValueHeads;
            int head = task % call.Shape.KeyValueHeads;
            int group = call.Shape.Group;
            for (int done = 0; done < group;)
            {
                int first = (head * group) + done;
                switch (group - done)
                {
                    case 1:
                        Tile<TLanes, OneHead, TElement>(call, row, head, first, buffer);
                        done += 1;
                        break;
                    case 2:
                        Tile<TLanes, TwoHeads, TElement>(call, row, head, first, buffer);
                        done += 2;
                        break;
                    case 3:
                        Tile<TLanes, ThreeHeads, TElement>(call, row, head, first, buffer);
                        done += 3;
                        break;
                    default:
                        Tile<TLanes, FourHeads, TElement>(call, row, head, first, buffer);
                        done += MostHeads;
                        break;
                }
            }
        }
    }

    /// <summary>1. normalise and rotate the queries; 2. score the keys; 3. softmax; 4. weigh the values.</summary>
    private static void Tile<TLanes, TTile, TElement>(in AttentionCall call, int row, int head, int firstHead, float* buffer)
        where TLanes : struct, ILanes<TLanes>
        where TTile : struct, IHeadTile
        where TElement : struct, ICacheElement
    {
        var shape = call.Shape;
        int dimension = shape.HeadDimension;
        // The window begins in the middle of a block of keys; scores begin with that block.
        int first = call.FirstOf(row);
        int before = first % Lanes.Count;
        int count = call.Position[row] + 1 - (first - before);
        int stride = ScoreStride(shape);
        float* queries = buffer;
        float* scores = buffer + (MostHeads * dimension);

        // 1.
        long rotary = (long)call.Position[row] * shape.HalfRotary;
        float* source = call.QueryKeyValue + ((long)row * shape.RowWidth) + ((long)firstHead * dimension);
        float factor = call.Scale * TElement.QueryFactor;
        for (int h = 0; h < TTile.Heads; h++)
        {
            float* query = queries + (h * dimension);
            float* from = source + (h * dimension);
            if (call.QueryNorm != null)
            {
                HeadNorm.Apply(from, call.QueryNorm, dimension, call.NormEpsilon, query);
                from = query;
            }

            Rotary.Apply(from, call.Cosine + rotary, call.Sine + rotary, shape.HalfRotary, dimension, factor, query);
        }

        // 2.
        byte* keys = call.KeysOf(row, head);
        byte* values = call.ValuesOf(row, head);
        float* keyScales = (float*)keys + (first - before);
        float* valueScales = (float*)values + (first - before);
        keys += call.Layout.ElementsAt(first - before);
        AttentionScores.Compute<TLanes, TTile, TElement>(keys, queries, dimension, count, scores, stride);

        // 3.
        float* inverse = stackalloc float[MostHeads];
        for (int h = 0; h < TTile.Heads; h++)
        {
            float* own = scores + (h * stride);
            TElement.RescaleScores<TLanes>(own, count, keyScales);
            if (call.SoftCap > 0)
            {
                SoftCap.Apply<TLanes>(own, count, call.SoftCap);
            }

            new Span<float>(own, before).Fill(float.NegativeInfinity);
            inverse[h] = Softmax.Exponentials<TLanes>(own, count);
            TElement.RescaleWeights<TLanes>(own, count, valueScales);
        }

        // 4.
        float* output = call.Output + ((long)row * shape.QueryWidth) + ((long)firstHead * dimension);
        values += call.Layout.ElementsAt(first);
        AttentionValues.Compute<TLanes, TTile, TElement>(
            values, scores + before, stride, inverse, dimension, count - before, output);
    }

    private static int ScoreStride(in AttentionShape shape) =>
        (shape.Capacity + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
}
