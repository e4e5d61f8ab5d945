namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Symmetric block quantisation as MatMulNBits reads it: value = (q - 2^(bits-1)) * scale, 4-bit values two a byte,
/// the even one in the low half.
/// </summary>
internal static class BlockQuantiser
{
    /// <summary>Weights that share a scale.</summary>
    public const int Block = 32;

    public static void Quantise(ReadOnlySpan<float> values, int bits, Span<byte> packed, Span<float> scales)
    {
        Span<byte> block = stackalloc byte[Block];
        int blockBytes = Block * bits / 8;
        for (int b = 0; b < scales.Length; b++)
        {
            var source = values.Slice(b * Block, Block);
            scales[b] = bits == 8 ? EightBits(source, block) : FourBits(source, block);
            var target = packed.Slice(b * blockBytes, blockBytes);
            if (bits == 8)
            {
                block.CopyTo(target);
            }
            else
            {
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = (byte)(block[2 * i] | (block[(2 * i) + 1] << 4));
                }
            }
        }
    }

    private static float EightBits(ReadOnlySpan<float> source, Span<byte> target)
    {
        float scale = MathF.Abs(Extreme(source)) / 127;
        Round(source, scale, 8, target);
        return scale == 0 ? 1 : scale;
    }

    /// <summary>
    /// The 16 levels reach from -8 to 7, so the extreme value is put on -8 (its scale may be negative); of that and a
    /// few narrower scales, the one with the least squared error is taken.
    /// </summary>
    private static float FourBits(ReadOnlySpan<float> source, Span<byte> target)
    {
        float extreme = Extreme(source);
        if (extreme == 0)
        {
            target.Fill(8);
            return 1;
        }

        float best = 0;
        double least = double.PositiveInfinity;
        foreach (float reach in (ReadOnlySpan<float>)[8f, 7.6f, 7.2f, 7f, 6.6f, -7f])
        {
            float scale = -extreme / reach;
            double error = Round(source, scale, 4, target);
            if (error < least)
            {
                (best, least) = (scale, error);
            }
        }

        Round(source, best, 4, target);
        return best;
    }

    private static double Round(ReadOnlySpan<float> source, float scale, int bits, Span<byte> target)
    {
        int zero = 1 << (bits - 1);
        float inverse = scale == 0 ? 0 : 1 / scale;
        double error = 0;
        for (int i = 0; i < source.Length; i++)
        {
            int level = (int)Math.Clamp(MathF.Round(source[i] * inverse), -zero, zero - 1);
            target[i] = (byte)(level + zero);
            double miss = source[i] - (level * scale);
            error += miss * miss;
        }

        return error;
    }

    private static float Extreme(ReadOnlySpan<float> source)
    {
        float extreme = 0;
        foreach (float value in source)
        {
            if (MathF.Abs(value) > MathF.Abs(extreme))
            {
                extreme = value;
            }
        }

        return extreme;
    }
}
