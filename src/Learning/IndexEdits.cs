using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Takes classes out of an index, and adds one, without a change of any other's weights.</summary>
internal static class IndexEdits
{
    /// <param name="index">What there is.</param>
    /// <param name="kept">The classes that stay, ascending; they are counted anew.</param>
    public static NgramIndex Only(NgramIndex index, IReadOnlyList<int> kept)
    {
        int[] places = new int[index.Classes];
        Array.Fill(places, -1);
        for (int i = 0; i < kept.Count; i++)
        {
            places[kept[i]] = i;
        }

        int[] offsets = new int[index.Buckets + 1];
        List<uint> postings = new(index.Postings.Length);
        for (int bucket = 0; bucket < index.Buckets; bucket++)
        {
            foreach (uint posting in index.Postings[index.Offsets[bucket]..index.Offsets[bucket + 1]])
            {
                if (places[NgramIndex.ClassOf(posting)] is >= 0 and var place)
                {
                    postings.Add(NgramIndex.At(posting, place));
                }
            }

            offsets[bucket + 1] = postings.Count;
        }

        float[] bias = new float[kept.Count];
        for (int i = 0; i < bias.Length; i++)
        {
            bias[i] = index.Bias[kept[i]];
        }

        return new NgramIndex(bias, index.InverseFrequency.ToArray(), offsets, [.. postings]);
    }

    /// <summary>With one class more, behind all others.</summary>
    /// <param name="index">What there is.</param>
    /// <param name="bias">Its own.</param>
    /// <param name="weights">By bucket.</param>
    public static NgramIndex With(NgramIndex index, float bias, IReadOnlyDictionary<int, float> weights)
    {
        int[] offsets = new int[index.Buckets + 1];
        uint[] postings = new uint[index.Postings.Length + weights.Count];
        int used = 0;
        for (int bucket = 0; bucket < index.Buckets; bucket++)
        {
            var its = index.Postings[index.Offsets[bucket]..index.Offsets[bucket + 1]];
            its.CopyTo(postings.AsSpan(used));
            used += its.Length;
            if (weights.TryGetValue(bucket, out float weight) && NgramIndex.Posting(index.Classes, weight) is var posting && NgramIndex.WeightOf(posting) != 0)
            {
                postings[used++] = posting;
            }

            offsets[bucket + 1] = used;
        }

        return new NgramIndex([.. index.Bias, bias], index.InverseFrequency.ToArray(), offsets, postings[..used]);
    }
}
