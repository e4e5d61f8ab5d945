using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels;

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
        TensorView x = context.Input(0, "x", 2);
        TensorView y = context.Input(1, "y", 2);
        TensorView a = context.Input(2, "A", 3);
        TensorView b = context.Input(3, "B", 3);
        TensorView index = context.Input(4, "lora_idx", 2);
        TensorView weight = context.Input(5, "lora_w", 2);

        int rows = x[0];
        int inputs = x[1];
        int rank = b[1];
        y.Require("y", rows, _outputs);
        a.Require("A", b.Shape[0], (long)_segments.Length * rank, inputs);
        b.Require("B", b.Shape[0], rank, _outputs);
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
                A = a.Floats,
                B = b.Floats,
                Index = index.Ints,
                Weight = weight.Floats,
                Output = context.Output(0, y.Shape).Floats,
            };
            int used = CountUsed(call, b[0]);
            long work = (long)used * rank * ((long)_segments.Length * inputs + _outputs);
            PartedCall.Run(context, ref call, work);
        }
    }

    /// <summary>Checks every index before anything is read by it; returns how many adapters are to be applied.</summary>
    private static int CountUsed(in LoraCall call, int capacity)
    {
        int used = 0;
        for (int row = 0; row < call.Rows; row++)
        {
            for (int place = 0; place < call.PlacesPerRow; place++)
            {
                if (!call.Uses(row, place))
                {
                    continue;
                }

                used++;
                int adapter = call.Index[(row * call.PlacesPerRow) + place];
                if (adapter >= capacity)
                {
                    throw new ArgumentException(
                        $"lora_idx[{row}, {place}] is {adapter}; it must be below {capacity}, negative for none.");
                }
            }
        }

        return used;
    }
}
