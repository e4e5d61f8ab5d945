using System.Runtime.InteropServices;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>
/// ngrams.bin: the eight bytes `XCNGRAMS`, then little-endian, four bytes each: version, buckets, classes, postings; the biases [classes] and inverse
/// frequencies [buckets] as floats, the offsets [buckets + 1] as integers, and the postings, of each bucket by ascending class.
/// </summary>
internal static class NgramIndexFile
{
    public const string Name = "ngrams.bin";

    /// <summary>Of 10,000 experts at 6,000 n-grams each; the trainer keeps fewer.</summary>
    public const int MaxPostings = 1 << 26;

    private const int Version = 1;

    /// <summary>Longer than any text's that a logarithm of document counts gives.</summary>
    private const float MaxInverseFrequency = 64;

    private const int HeaderBytes = 24;

    private static ReadOnlySpan<byte> Magic => "XCNGRAMS"u8;

    public static void Write(string path, NgramIndex index)
    {
        using var file = File.Create(path);
        file.Write(Magic);
        file.Write(MemoryMarshal.AsBytes([Version, index.Buckets, index.Classes, index.Postings.Length]));
        file.Write(MemoryMarshal.AsBytes(index.Bias));
        file.Write(MemoryMarshal.AsBytes(index.InverseFrequency));
        file.Write(MemoryMarshal.AsBytes(index.Offsets));
        file.Write(MemoryMarshal.AsBytes(index.Postings));
    }

    /// <exception cref="GateFormatException">It is missing, another gate's, cut, or holds what no score can be made of.</exception>
    public static NgramIndex Read(string folder, GateMetadata gate) => Parse(Path.Combine(folder, Name), GateFiles.ReadNgrams(folder), gate);

    /// <param name="path">For messages.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="gate">What gate.json says.</param>
    /// <exception cref="GateFormatException">It is another gate's, cut, or holds what no score can be made of.</exception>
    public static NgramIndex Parse(string path, ReadOnlySpan<byte> bytes, GateMetadata gate)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
        {
            throw new GateFormatException($"{path}: is no index of n-grams");
        }

        var header = MemoryMarshal.Cast<byte, int>(bytes[Magic.Length..HeaderBytes]);
        var (version, buckets, classes, count) = (header[0], header[1], header[2], header[3]);
        if (version != Version)
        {
            throw new GateFormatException($"{path}: version is {version}; this version reads {Version}. Train the gate again");
        }

        if (buckets != gate.Buckets || classes != gate.Classes.Count)
        {
            throw new GateFormatException($"{path}: has {buckets} buckets and {classes} classes, but {GateFiles.Metadata} has {gate.Buckets} buckets and names {gate.Classes.Count} classes");
        }

        if (count is < 0 or > MaxPostings)
        {
            throw new GateFormatException($"{path}: has {count} postings; at most {MaxPostings} are read");
        }

        long expected = HeaderBytes + (sizeof(int) * ((long)classes + buckets + buckets + 1 + count));
        if (bytes.Length != expected)
        {
            throw new GateFormatException($"{path}: has {bytes.Length} bytes; {buckets} buckets, {classes} classes and {count} postings take {expected}");
        }

        var numbers = MemoryMarshal.Cast<byte, int>(bytes[HeaderBytes..]);
        float[] bias = MemoryMarshal.Cast<int, float>(numbers[..classes]).ToArray();
        float[] inverse = MemoryMarshal.Cast<int, float>(numbers.Slice(classes, buckets)).ToArray();
        int[] offsets = numbers.Slice(classes + buckets, buckets + 1).ToArray();
        uint[] postings = MemoryMarshal.Cast<int, uint>(numbers[(classes + buckets + buckets + 1)..]).ToArray();
        return Array.TrueForAll(bias, float.IsFinite) && Array.TrueForAll(inverse, f => f is >= 0 and <= MaxInverseFrequency)
            ? Problem(offsets, postings, classes) is { } problem ? throw new GateFormatException($"{path}: {problem}") : new NgramIndex(bias, inverse, offsets, postings)
            : throw new GateFormatException($"{path}: has a bias or an inverse frequency that is none");
    }

    private static string? Problem(int[] offsets, uint[] postings, int classes)
    {
        if (offsets[0] != 0 || offsets[^1] != postings.Length)
        {
            return $"offsets go from {offsets[0]} to {offsets[^1]}; they must go from 0 to {postings.Length}";
        }

        for (int bucket = 0; bucket + 1 < offsets.Length; bucket++)
        {
            // Each is at or after the one before it, and the last one is the end: so all lie inside.
            if (offsets[bucket + 1] < offsets[bucket] || offsets[bucket + 1] > postings.Length)
            {
                return $"offsets of bucket {bucket} go from {offsets[bucket]} to {offsets[bucket + 1]}; they must not go back, nor past {postings.Length}";
            }

            int last = -1;
            foreach (uint posting in postings.AsSpan(offsets[bucket]..offsets[bucket + 1]))
            {
                int of = NgramIndex.ClassOf(posting);
                if (of <= last || of >= classes)
                {
                    return $"bucket {bucket} has class {of} after {last}; classes must ascend, and be below {classes}";
                }

                last = of;
            }
        }

        return null;
    }
}
