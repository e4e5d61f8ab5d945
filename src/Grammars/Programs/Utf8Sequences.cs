using ExpertCluster.Grammars.Characters;

namespace ExpertCluster.Grammars.Programs;

/// <summary>First and last byte, both among them.</summary>
internal readonly record struct ByteRange(byte First, byte Last);

/// <summary>
/// A set of characters as sequences of byte ranges, as RE2 and Rust's utf8-ranges make them: the encodings of the set are what one gets by
/// taking a byte from each range. Of two sequences of disjoint sets, the ranges at the first place where they differ are disjoint.
/// </summary>
internal static class Utf8Sequences
{
    /// <summary>By encoded length: the highest code point.</summary>
    private static readonly int[] Highest = [0x7F, 0x7FF, 0xFFFF, CodePointSet.Highest];

    public static List<ByteRange[]> Of(CodePointSet set)
    {
        List<ByteRange[]> sequences = [];
        foreach (var range in set.Ranges)
        {
            int first = range.First;
            for (int length = 1; length <= Highest.Length && first <= range.Last; length++)
            {
                int last = Math.Min(range.Last, Highest[length - 1]);
                if (first <= last)
                {
                    Split(first, last, length, sequences);
                    first = last + 1;
                }
            }
        }

        return sequences;
    }

    /// <summary>Cuts a range where the bytes before some place stop being the same, until the places are independent of each other.</summary>
    private static void Split(int first, int last, int length, List<ByteRange[]> sequences)
    {
        for (int places = 1; places < length; places++)
        {
            int low = (1 << (6 * places)) - 1;
            if ((first & ~low) == (last & ~low))
            {
                continue;
            }

            if ((first & low) != 0)
            {
                Split(first, first | low, length, sequences);
                Split((first | low) + 1, last, length, sequences);
                return;
            }

            if ((last & low) != low)
            {
                Split(first, (last & ~low) - 1, length, sequences);
                Split(last & ~low, last, length, sequences);
                return;
            }
        }

        sequences.Add([.. Enumerable.Range(0, length).Select(place => new ByteRange(ByteAt(first, place, length), ByteAt(last, place, length)))]);
    }

    private static byte ByteAt(int codePoint, int place, int length)
    {
        int bits = codePoint >> (6 * (length - 1 - place));
        return (byte)((place, length) switch
        {
            (0, 1) => bits,
            (0, 2) => 0xC0 | bits,
            (0, 3) => 0xE0 | bits,
            (0, _) => 0xF0 | bits,
            _ => 0x80 | (bits & 0x3F),
        });
    }
}
