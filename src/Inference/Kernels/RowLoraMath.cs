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

    private static void Up<TLanes>(in LoraCall call, int row, float* low)
        where TLanes : struct, ILanes<TLanes>
    {
        int column = 0;
        for (int segment = 0; segment < call.Segments; segment++)
        {
            int end = column + call.SegmentWidths[segment];
            float* segmentLow = low + (segment * call.Rank);
            if (TLanes.Pairs)
            {
                for (; column + (4 * Lanes.Count) <= end; column += 4 * Lanes.Count)
                {
                    FourBlocks<TLanes>(call, row, segmentLow, column);
                }
            }

            for (; column + Lanes.Count <= end; column += Lanes.Count)
            {
                Block<TLanes>(call, row, segmentLow, column);
            }

            for (; column < end; column++)
            {
                Single(call, row, segmentLow, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBlocks<TLanes>(in LoraCall call, int row, float* low, int column)
        where TLanes : struct, ILanes<TLanes>
    {
        const int Block = Lanes.Count;
        long at = ((long)row * call.Outputs) + column;
        float* y = call.Y + at;
        TLanes s0 = TLanes.Load(y), s1 = TLanes.Load(y + Block), s2 = TLanes.Load(y + (2 * Block)), s3 = TLanes.Load(y + (3 * Block));
        for (int place = 0; place < call.PlacesPerRow; place++)
        {
            if (!call.Uses(row, place))
            {
                continue;
            }

            float* b = call.BOf(call.Index[(row * call.PlacesPerRow) + place]) + column;
            float* h = low + (place * call.Lows);
            for (int i = 0; i < call.Rank; i++, b += call.Outputs)
            {
                TLanes w = TLanes.Broadcast(h[i]);
                s0 = TLanes.MultiplyAdd(w, TLanes.Load(b), s0);
                s1 = TLanes.MultiplyAdd(w, TLanes.Load(b + Block), s1);
                s2 = TLanes.MultiplyAdd(w, TLanes.Load(b + (2 * Block)), s2);
                s3 = TLanes.MultiplyAdd(w, TLanes.Load(b + (3 * Block)), s3);
            }
        }

        float* output = call.Output + at;
        TLanes.Store(s0, output);
        TLanes.Store(s1, output + Block);
        TLanes.Store(s2, output + (2 * Block));
        TLanes.Store(s3, output + (3 * Block));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TLanes>(in LoraCall call, int row, float* low, int column)
        where TLanes : struct, ILanes<TLanes>
    {
        long at = ((long)row * call.Outputs) + column;
        TLanes sum = TLanes.Load(call.Y + at);
        for (int place = 0; place < call.PlacesPerRow; place++)
        {
            if (!call.Uses(row, place))
            {
                continue;
            }

            float* b = call.BOf(call.Index[(row * call.PlacesPerRow) + place]) + column;
            float* h = low + (place * call.Lows);
            for (int i = 0; i < call.Rank; i++, b += call.Outputs)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(h[i]), TLanes.Load(b), sum);
            }
        }

        TLanes.Store(sum, call.Output + at);
    }

    private static void Single(in LoraCall call, int row, float* low, int column)
    {
        long at = ((long)row * call.Outputs) + column;
        float sum = call.Y[at];
        for (int place = 0; place < call.PlacesPerRow; place++)
        {
            if (!call.Uses(row, place))
            {
                continue;
            }

            float* b = call.BOf(call.Index[(row * call.PlacesPerRow) + place]) + column;
            float* h = low + (place * call.Lows);
            for (int i = 0; i < call.Rank; i++, b += call.Outputs)
            {
                sum = MathF.FusedMultiplyAdd(h[i], *b, sum);
            }
        }

        call.Output[at] = sum;
    }
}
