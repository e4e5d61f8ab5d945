using System.Text;

namespace ExpertCluster.Fuzz.Mutation;

/// <summary>Changes bytes, whatever they mean: bits, words of the kind, numbers, parts left out, repeated, or taken from another input.</summary>
internal sealed class ByteMutator(Random random, IReadOnlyList<string> words)
{
    private const int MostCopies = 400;
    private const int LongestRepeat = 1 << 16;

    public byte[] Mutate(byte[] input, byte[] other) => input.Length == 0 ? Insert(input, Word()) : random.Next(10) switch
    {
        0 => Flip(input),
        1 => Replace(input, random.Next(input.Length), 1, [Interesting.Bytes[random.Next(Interesting.Bytes.Length)]]),
        2 or 3 => Insert(input, Word()),
        4 => Exchange(input, Word()),
        5 => LeaveOut(input),
        6 => Repeat(input),
        7 => Number(input),
        8 => Splice(input, other),
        _ => Replace(input, random.Next(input.Length), 1, [(byte)random.Next(256)]),
    };

    private byte[] Word() => Encoding.UTF8.GetBytes(words.Count > 0 && random.Next(4) > 0
        ? words[random.Next(words.Count)]
        : Interesting.Texts[random.Next(Interesting.Texts.Length)]);

    private byte[] Flip(byte[] input)
    {
        byte[] changed = [.. input];
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    private byte[] Insert(byte[] input, byte[] word) => Replace(input, random.Next(input.Length + 1), 0, word);

    private byte[] Exchange(byte[] input, byte[] word)
    {
        int at = random.Next(input.Length);
        return Replace(input, at, Math.Min(word.Length, input.Length - at), word);
    }

    private byte[] LeaveOut(byte[] input)
    {
        var (at, length) = Part(input);
        return Replace(input, at, length, []);
    }

    private byte[] Repeat(byte[] input)
    {
        var (at, length) = Part(input);
        int copies = random.Next(4) > 0 ? 1 : random.Next(2, MostCopies);
        copies = Math.Min(copies, Math.Max(1, LongestRepeat / length));
        byte[] part = input[at..(at + length)];
        return Replace(input, at, 0, [.. Enumerable.Repeat(part, copies).SelectMany(p => p)]);
    }

    /// <summary>A run of digits becomes a number at which somebody errs.</summary>
    private byte[] Number(byte[] input)
    {
        int at = random.Next(input.Length);
        for (int i = 0; i < input.Length && !char.IsAsciiDigit((char)input[at]); i++)
        {
            at = (at + 1) % input.Length;
        }

        int end = at;
        while (end < input.Length && char.IsAsciiDigit((char)input[end]))
        {
            end++;
        }

        return Replace(input, at, end - at, Encoding.ASCII.GetBytes(Interesting.Numbers[random.Next(Interesting.Numbers.Length)]));
    }

    private byte[] Splice(byte[] input, byte[] other)
    {
        if (other.Length == 0)
        {
            return LeaveOut(input);
        }

        var (at, length) = Part(input);
        var (from, taken) = Part(other);
        return Replace(input, at, length, other[from..(from + taken)]);
    }

    private (int At, int Length) Part(byte[] input)
    {
        int at = random.Next(input.Length);
        int most = random.Next(3) > 0 ? Math.Min(16, input.Length - at) : input.Length - at;
        return (at, 1 + random.Next(most));
    }

    private static byte[] Replace(byte[] input, int at, int length, byte[] with) => [.. input.AsSpan(0, at), .. with, .. input.AsSpan(at + length)];
}
