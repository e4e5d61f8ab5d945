using ExpertCluster.Inference.Kernels.Vectors;
using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels.Attention;

internal sealed unsafe class SlotAttentionKernel(AttentionAttributes attributes) : Kernel
{
    /// <summary>Keeps what a row's key needs on the stack small.</summary>
    private const int MostDimensions = 4096;

    private static long _cacheCopies;

    /// <summary>Caches copied since the process began, because output and input were not bound to one memory. Should be 0.</summary>
    public static long CacheCopies => Interlocked.Read(ref _cacheCopies);

    public override void Compute(KernelContext context)
    {
        var qkv = context.Input(0, "qkv", 2);
        var keys = context.Input(1, "key_cache", 4);
        var values = context.Input(2, "value_cache", 4);
        var slot = context.Input(3, "slot", 1);
        var position = context.Input(4, "pos", 1);
        var cosine = context.Input(5, "cos", 2);
        var sine = context.Input(6, "sin", 2);

        int keyValueHeads = attributes.KeyValueHeads;
        var shape = new AttentionShape(
            qkv[0], attributes.Heads, keyValueHeads, HeadDimension(qkv[1]), keys[0], keys[2], cosine[0], cosine[1]);
        Validate(shape);
        var layout = CacheLayout.Of(keys[3], shape.HeadDimension, shape.Capacity);
        qkv.Require("qkv", shape.Rows, shape.RowWidth);
        keys.Require("key_cache", shape.Slots, keyValueHeads, shape.Capacity, layout.PositionSize);
        values.Require("value_cache", shape.Slots, keyValueHeads, shape.Capacity, layout.PositionSize);
        slot.Require("slot", shape.Rows);
        position.Require("pos", shape.Rows);
        sine.Require("sin", shape.RotaryPositions, shape.HalfRotary);

        var call = new AttentionCall
        {
            Shape = shape,
            Scale = attributes.Scale,
            SoftCap = attributes.SoftCap,
            Window = attributes.Window,
            QueryNorm = HeadWeight(context, 7, "q_norm", shape),
            KeyNorm = HeadWeight(context, 8, "k_norm", shape),
            NormEpsilon = attributes.NormEpsilon,
            QueryKeyValue = qkv.Floats,
            Slot = slot.Ints,
            Position = position.Ints,
            Cosine = cosine.Floats,
            Sine = sine.Floats,
            Output = context.Output(0, [shape.Rows, shape.QueryWidth]).Floats,
            Layout = layout,
        };
        call.Keys = Written(keys, context.Output(1, keys.Shape), call);
        call.Values = Written(values, context.Output(2, values.Shape), call);
        long work = CheckRows(call);
        CacheWriter.Write(call);
        PartedCall.Run(context, ref call, work);
    }

    // The caches' last dimension can't say it: it has bytes, of one type or another.
    private int HeadDimension(int rowWidth)
    {
        int heads = attributes.Heads + (2 * attributes.KeyValueHeads);
        return rowWidth % heads == 0
            ? rowWidth / heads
            : throw new ArgumentException($"qkv has rows of {rowWidth} numbers; they must divide into {heads} heads.");
    }

    private static float* HeadWeight(KernelContext context, int index, string name, in AttentionShape shape)
    {
        if (!context.HasInput(index))
        {
            return null;
        }

        var weight = context.Input(index, name, 1);
        weight.Require(name, shape.HeadDimension);
        return weight.Floats;
    }

    private static void Validate(in AttentionShape shape)
    {
        if (shape.HeadDimension is 0 or > MostDimensions)
        {
            throw new ArgumentException(
                $"qkv: the head dimension {shape.HeadDimension} must be between 1 and {MostDimensions}.");
        }

        if (2 * shape.HalfRotary > shape.HeadDimension)
        {
            throw new ArgumentException(
                $"cos: {shape.HalfRotary} pairs are more than a head of {shape.HeadDimension} elements has.");
        }

        if (shape.Capacity % Lanes.Count != 0)
        {
            throw new ArgumentException(
                $"key_cache: a slot's {shape.Capacity} positions must be a multiple of {Lanes.Count}.");
        }
    }

    /// <summary>The cache that is written: the output. The runner binds it to the input's memory; others get a copy.</summary>
    private static byte* Written(TensorView input, TensorView output, in AttentionCall call)
    {
        if (input.Bytes != output.Bytes)
        {
            Interlocked.Increment(ref _cacheCopies);
            Buffer.MemoryCopy(input.Bytes, output.Bytes, call.CacheSize, call.CacheSize);
        }

        return output.Bytes;
    }

    /// <summary>Checks slots and positions before anything is written by them; returns the multiply-adds to come.</summary>
    private static long CheckRows(in AttentionCall call)
    {
        var shape = call.Shape;
        int positions = Math.Min(shape.Capacity, shape.RotaryPositions);
        long attended = 0;
        for (int row = 0; row < shape.Rows; row++)
        {
            if ((uint)call.Slot[row] >= (uint)shape.Slots)
            {
                throw new ArgumentException($"slot[{row}] is {call.Slot[row]}; it must be between 0 and {shape.Slots - 1}.");
            }

            if ((uint)call.Position[row] >= (uint)positions)
            {
                throw new ArgumentException($"pos[{row}] is {call.Position[row]}; it must be between 0 and {positions - 1}.");
            }

            attended += call.Position[row] + 1 - call.FirstOf(row);
        }

        return attended * shape.QueryWidth * 2;
    }
}
