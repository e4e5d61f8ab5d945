using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;
using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels.Lora;

internal sealed unsafe class RowLoraKernel : Kernel
{
    // Pinned: calls carry its address.
    private readonly int[] _segments;
    private readonly long _outputs;

    public RowLoraKernel(int[] segments)
    {
        if (segments.Length == 0)
        {
            throw new ArgumentException("RowLora: attribute 'segments' is empty.");
        }

        _segments = GC.AllocateArray<int>(segments.Length, pinned: true);
        segments.CopyTo(_segments, 0);
        _outputs = segments.Sum(s => (long)s);
    }

    public override void Compute(KernelContext context)
    {
        var x = context.Input(0, "x", 2);
        var y = context.Input(1, "y", 2);
        var a = context.Input(2, "A", 3);
        var b = context.Input(3, "B", 3);
        var ranks = context.Input(4, "ranks", 1);
        var index = context.Input(5, "lora_idx", 2);
        var weight = context.Input(6, "lora_w", 2);

        int rows = x[0];
        int inputs = x[1];
        int rank = b[1];
        var type = TypeOf(b);
        int size = type.Size();
        y.Require("y", rows, _outputs);
        a.Require("A", b.Shape[0], (long)_segments.Length * rank, (long)inputs * size);
        b.Require("B", b.Shape[0], rank, _outputs * size);
        ranks.Require("ranks", b.Shape[0]);
        index.Require("lora_idx", rows, index.Shape[1]);
        weight.Require("lora_w", rows, index.Shape[1]);

        fixed (int* segments = _segments)
        {
            var call = new LoraCall
            {
                Rows = rows,
                Inputs = inputs,
                Outputs = checked((int)_outputs),
                Rank = rank,
                PlacesPerRow = index[1],
                Segments = _segments.Length,
                SegmentWidths = segments,
                X = x.Floats,
                Y = y.Floats,
                A = a.Bytes,
                B = b.Bytes,
                Type = type,
                Ranks = ranks.Ints,
                Index = index.Ints,
                Weight = weight.Floats,
                Output = context.Output(0, y.Shape).Floats,
            };
            long work = RanksUsed(call, b[0]) * (((long)_segments.Length * inputs) + _outputs);
            PartedCall.Run(context, ref call, work);
        }
    }

    // The stacks are bytes to the library.
    private AdapterType TypeOf(in TensorView b) => b.Shape[2] == _outputs * HalfWeight.Size ? AdapterType.Float16 : AdapterType.Float32;

    /// <summary>Checks every index before anything is read by it; returns the ranks that are to be applied, together.</summary>
    private static long RanksUsed(in LoraCall call, int capacity)
    {
        long used = 0;
        for (int row = 0; row < call.Rows; row++)
        {
            for (int place = 0; place < call.PlacesPerRow; place++)
            {
                int adapter = call.Index[call.At(row, place)];
                if (adapter < 0 || call.Weight[call.At(row, place)] == 0)
                {
                    continue;
                }

                if (adapter >= capacity)
                {
                    throw new ArgumentException(
                        $"lora_idx[{row}, {place}] is {adapter}; it must be below {capacity}, negative for none.");
                }

                int rank = call.Ranks[adapter];
                if (rank < 0 || rank > call.Rank)
                {
                    throw new ArgumentException($"ranks[{adapter}] is {rank}; it must be 0 to {call.Rank}.");
                }

                used += rank;
            }
        }

        return used;
    }
}
