using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Rounds a tensor to float16 as it comes, in pieces. What float16 cannot hold is refused: values beyond its end, and a tensor
/// that lies below its normal range altogether, of which hardly a digit would be left.
/// </summary>
/// <param name="file">For what is refused.</param>
/// <param name="tensor">As the checkpoint names it.</param>
internal sealed class HalfTensor(string file, string tensor)
{
    /// <summary>Smaller ones have fewer than 11 significant bits.</summary>
    private const float LeastNormal = 6.103515625e-05f;

    private const float Largest = 65504;

    private float _largest;

    /// <exception cref="CheckpointException">A value is not finite in float16.</exception>
    public void Round(ReadOnlySpan<float> values, Span<Half> target)
    {
        for (int i = 0; i < values.Length; i++)
        {
            target[i] = (Half)values[i];
            if (!Half.IsFinite(target[i]))
            {
                throw new CheckpointException(file, tensor, $"has the value {values[i]:G6}, beyond the {Largest:F0} where float16 ends");
            }

            _largest = MathF.Max(_largest, MathF.Abs(values[i]));
        }
    }

    /// <summary>After the last piece.</summary>
    /// <exception cref="CheckpointException">All that is not zero lies below float16's normal range.</exception>
    public void Finish()
    {
        if (_largest is > 0 and < LeastNormal)
        {
            throw new CheckpointException(file, tensor, $"has no value above {_largest:G3}, float16's normal range begins at {LeastNormal:G3}");
        }
    }
}
