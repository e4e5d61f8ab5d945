using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// output = y + sum over the row's adapters of weight * (x A') B, each output column with its segment's rows of A. A row
/// depends on nothing but itself and its adapters: bitwise the same in any batch. Sums go in a fixed order: adapters in
/// the row's order, then ranks.
/// </summary>
internal static unsafe class RowLoraMath
{
    public static void Run<TLanes>(in LoraCall call, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        float[] scratch = Scratch.Rent(call.ScratchFloats);
        float* low = (float*)Unsafe.AsPointer(ref scratch[0]);
        for (int row = from; row < to; row++)
        {
            if (Down<TLanes>(call, row, low))
            {
                Up<TLanes>(call, row, low);
            }
            else if (call.Y != call.Output)
            {
                long at = (long)row * call.Outputs;
                new ReadOnlySpan<float>(call.Y + at, call.Outputs).CopyTo(new Span<float>(call.Output + at, call.Outputs));
            }
        }
    }

    /// <summary>low[place][i] = weight * (A row i . x) for each place in use; false where the row uses none.</summary>
    private static bool Down<TLanes>(in LoraCall call, int row, float* low)
        where TLanes : struct, ILanes<TLanes>
    {
        bool any = false;
        float* x = call.X + ((long)row * call.Inputs);
        int lows = call.Lows;
        for (int place = 0; place < call.PlacesPerRow; place++)
        {
            if (!call.Uses(row, place))
            {
                continue;
            }

            any = true;
            int at = (row * call.PlacesPerRow) + place;
            float* a = call.AOf(call.Index[at]);
            float* target = low + (place * lows);
            int i = 0;
            for (; i + 4 <= lows; i += 4)
            {
                DotProduct.Four<TLanes>(x, a + ((long)i * call.Inputs), call.Inputs, target + i);
            }

            for (; i < lows; i++)
            {
                target[i] = DotProduct.One<TLanes>(x, a + ((long)i * call.Inputs), call.Inputs);
            }

            for (i = 0; i < lows; i++)
            {
                target[i] *= call.Weight[at];
            }
        }

        return any;
    }

    /// <summary>
    /// Adds low B to the row, a segment and four ranks at a time: each pass reads four rows of B from end to end, as the
    /// processor fetches ahead best, while the row itself stays in the first cache.
    /// </summary>
    private static void Up<TLanes>(in LoraCall call, int row, float* low)
        where TLanes : struct, ILanes<TLanes>
    {
        long start = (long)row * call.Outputs;
        int column = 0;
        for (int segment = 0; segment < call.Segments; segment++)
        {
            int width = call.SegmentWidths[segment];
            float* target = call.Output + start + column;
            float* source = call.Y + start + column;
            for (int place = 0; place < call.PlacesPerRow; place++)
            {
                if (!call.Uses(row, place))
                {
                    continue;
                }

                float* b = call.BOf(call.Index[(row * call.PlacesPerRow) + place]) + column;
                float* h = low + (place * call.Lows) + (segment * call.Rank);
                int i = 0;
                for (; i + 4 <= call.Rank; i += 4, b += 4L * call.Outputs)
                {
                    ScaledSum.AddFour<TLanes>(source, h + i, b, call.Outputs, width, target);
                    source = target;
                }

                for (; i < call.Rank; i++, b += call.Outputs)
                {
                    ScaledSum.AddOne<TLanes>(source, h[i], b, width, target);
                    source = target;
                }
            }

            column += width;
        }
    }
}
