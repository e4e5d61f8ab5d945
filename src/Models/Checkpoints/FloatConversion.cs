using System.Runtime.InteropServices;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>Little-endian checkpoint elements to float32. Every conversion is exact.</summary>
internal static class FloatConversion
{
    public static void ToSingle(ReadOnlySpan<byte> source, TensorType type, Span<float> target)
    {
        switch (type)
        {
            case TensorType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(target);
                break;
            case TensorType.Float16:
                var halves = MemoryMarshal.Cast<byte, Half>(source);
                for (int i = 0; i < halves.Length; i++)
                {
                    target[i] = (float)halves[i];
                }

                break;
            case TensorType.BFloat16:
                // bfloat16 is the upper half of a float32.
                var upper = MemoryMarshal.Cast<byte, ushort>(source);
                for (int i = 0; i < upper.Length; i++)
                {
                    target[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }
}
