using System.Runtime.CompilerServices;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Lora;

/// <summary>
/// output = y + sum over the row's adapters of weight * (x A') B, each output column with its segment's rows of A. A row
/// depends on nothing but itself and its adapters: bitwise the same in any batch. Sums go in a fixed order: adapters in
/// the row's order, then ranks.
/// </summary>
internal static unsafe class RowLoraMath<TLanes, TElement>
    where TLanes : struct, ILanes<TLanes>
    where TElement : struct, IAdapterElement
{
    public static void Run(in LoraCall call, int from, int to)
    {
        float[] scratch = Scratch.Rent(call.ScratchFloats);
        float* low = (float*)Unsafe.AsPointer(ref scratch[0]);
        float* scaled = low + (call.PlacesPerRow * call.Lows);
        for (int row = from; row < to; row++)
        {
            if (Down(call, row, low, scaled))
            {
                Up(call, row, low);
            }
            else if (call.Y != call.Output)
            {
                long at = (long)row * call.Outputs;
                new ReadOnlySpan<float>(call.Y + at, call.Outputs).CopyTo(new Span<float>(call.Output + at, call.Outputs));
            }
        }
    }

    /// <summary>low[place][segment][i] = weight * (A row i of the segment . x) for each place in use; false where the row uses none.</summary>
    private static bool Down(in LoraCall call, int row, float* low, float* scaled)
    {
        float* x = null;
        for (int place = 0; place < call.PlacesPerRow; place++)
        {
            if (!call.Uses(row, place))
            {
                continue;
            }

            x = x == null ? InputOf(call, row, scaled) : x;
            int adapter = call.Index[call.At(row, place)];
            float weight = call.Weight[call.At(row, place)] * TElement.OutputFactor;
            long stride = (long)call.Rank * call.Inputs * TElement.Size;
            byte* a = call.A + (adapter * call.Segments * stride);
            float* target = low + (place * call.Lows);
            for (int segment = 0; segment < call.Segments; segment++, a += stride, target += call.Rank)
            {
                Down(x, a, call.Inputs, call.Ranks[adapter], weight, target);
            }
        }

        return x != null;
    }

    private static void Down(float* x, byte* a, int inputs, int rank, float weight, float* target)
    {
        int i = 0;
        for (; i + 4 <= rank; i += 4)
        {
            DotProduct.Four<TLanes, TElement>(x, a + ((long)i * inputs * TElement.Size), inputs, target + i);
        }

        for (; i < rank; i++)
        {
            target[i] = DotProduct.One<TLanes, TElement>(x, a + ((long)i * inputs * TElement.Size), inputs);
        }

        for (i = 0; i < rank; i++)
        {
            // Two factors, each within a float's range.
            target[i] = target[i] * TElement.ProductFactor * weight;
        }
    }

    private static float* InputOf(in LoraCall call, int row, float* scaled)
    {
        float* x = call.X + ((long)row * call.Inputs);
        if (TElement.InputFactor == 1)
        {
            return x;
        }

        for (int i = 0; i < call.Inputs; i++)
        {
            scaled[i] = x[i] * TElement.InputFactor;
        }

        return scaled;
    }

    /// <summary>
    /// Adds low B to the row, a segment and four ranks at a time: each pass reads four rows of B from end to end, as the
    /// processor fetches ahead best, while the row itself stays in the first cache.
    /// </summary>
    private static void Up(in LoraCall call, int row, float* low)
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

                int adapter = call.Index[call.At(row, place)];
                int rank = call.Ranks[adapter];
                long stride = (long)call.Outputs * TElement.Size;
                byte* b = call.B + (adapter * call.Rank * stride) + ((long)column * TElement.Size);
                float* h = low + (place * call.Lows) + (segment * call.Rank);
                int i = 0;
                for (; i + 4 <= rank; i += 4, b += 4 * stride)
                {
                    ScaledSum.AddFour<TLanes, TElement>(source, h + i, b, call.Outputs, width, target);
                    source = target;
                }

                for (; i < rank; i++, b += stride)
                {
                    ScaledSum.AddOne<TLanes, TElement>(source, h[i], b, width, target);
                    source = target;
                }
            }

            column += width;
        }
    }
}
