using System.Numerics;
using System.Numerics.Tensors;

namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// The tokens that can still be drawn and their logits, in rising token id. Filters change the logits or shrink the
/// set; both keep that order, which makes the draw canonical. One instance serves one thread, buffers included.
/// </summary>
public sealed class CandidateSet
{
    private readonly int[] _identity;
    private readonly int[] _ids;
    private readonly float[] _logits;
    private readonly float[] _keys;
    private readonly float[] _scratch;
    private int _loaded;

    internal CandidateSet(int vocabulary)
    {
        _identity = new int[vocabulary];
        for (int i = 0; i < vocabulary; i++)
        {
            _identity[i] = i;
        }

        _ids = new int[vocabulary];
        _logits = new float[vocabulary];
        _keys = new float[vocabulary];
        _scratch = new float[vocabulary];
    }

    /// <summary>Candidates that are left.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens; [i] has the logit [i].</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>To be changed in place.</summary>
    public Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Room for one value a candidate.</summary>
    public Span<float> Scratch => _scratch.AsSpan(0, Count);

    /// <summary>Starts again with the whole vocabulary: [i] is token i.</summary>
    internal void Load(ReadOnlySpan<float> logits)
    {
        Count = _loaded = logits.Length;
        logits.CopyTo(_logits);
        _identity.AsSpan(0, Count).CopyTo(_ids);
    }

    /// <summary>Starts again with some of the vocabulary.</summary>
    /// <param name="logits">Of the whole vocabulary.</param>
    /// <param name="allowed">A bit a token, the lowest id in the lowest bit; none beyond the vocabulary.</param>
    internal void Load(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed)
    {
        int count = 0;
        for (int i = 0; i < allowed.Length; i++)
        {
            for (ulong word = allowed[i]; word != 0; word &= word - 1)
            {
                int token = (i << 6) + BitOperations.TrailingZeroCount(word);
                _ids[count] = token;
                _logits[count] = logits[token];
                count++;
            }
        }

        (Count, _loaded) = (count, logits.Length);

        // An ensemble's probabilities may be so small that all of them are 0: then they are alike.
        if (count > 0 && float.IsNegativeInfinity(TensorPrimitives.Max<float>(Logits)))
        {
            Logits.Clear();
        }
    }

    /// <summary>Where a token stands; below 0 where it has been dropped, or the vocabulary has none of that id.</summary>
    public int IndexOf(int token) => Count != _loaded ? Ids.BinarySearch(token) : (uint)token < (uint)Count ? token : -1;

    /// <summary>exp(logit - largest logit) of each candidate: probabilities up to a factor. Valid until the next call.</summary>
    public Span<float> Weights()
    {
        var keys = _keys.AsSpan(0, Count);
        TensorPrimitives.Subtract(Logits, TensorPrimitives.Max<float>(Logits), keys);
        TensorPrimitives.Exp<float>(keys, keys);
        return keys;
    }

    /// <summary>
    /// Keeps the candidates whose key is above the threshold, and the first <paramref name="ties"/> that equal it
    /// (lowest ids first). Keys may be <see cref="Logits"/> itself.
    /// </summary>
    public void Keep(ReadOnlySpan<float> keys, float threshold, int ties = int.MaxValue)
    {
        int kept = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            float key = keys[i];
            // Written so that NaN is dropped. The write position never passes the read position.
            if (key > threshold || (key == threshold && ties-- > 0))
            {
                _ids[kept] = _ids[i];
                _logits[kept] = _logits[i];
                kept++;
            }
        }

        Count = kept;
    }
}
