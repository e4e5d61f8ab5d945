using System.Runtime.InteropServices;
using System.Text;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Merging;

/// <summary>How a BPE model treats characters that are no token of their own.</summary>
/// <param name="ByteLevel">Words are merged as UTF-8 bytes in the byte-level alphabet, not as characters.</param>
/// <param name="IgnoreMerges">A word that is a token as a whole is that token, whatever the merges say.</param>
/// <param name="ByteFallback">The 256 ids of the tokens &lt;0x00&gt; to &lt;0xFF&gt;, -1 where there is none, or null: unknown characters become bytes, where all of theirs are there.</param>
/// <param name="Unknown">The unknown token's id, or -1: what is unknown is dropped.</param>
/// <param name="FuseUnknown">A run of unknown characters is one unknown token.</param>
internal sealed record BytePairOptions(bool ByteLevel, bool IgnoreMerges, int[]? ByteFallback, int Unknown, bool FuseUnknown);

/// <summary>Turns one word (what the pre-tokenizer gave) into ids. Immutable but for its cache; thread-safe.</summary>
internal sealed class BytePairModel(IReadOnlyDictionary<string, int> vocabulary, MergeTable merges, BytePairOptions options)
{
    private readonly WordCache _cache = new();
    private readonly int[]? _byteSymbols = options.ByteLevel ? ByteSymbols(vocabulary) : null;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary =
        new Dictionary<string, int>(vocabulary, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many words the cache holds now.</summary>
    public int CachedWords => _cache.Count;

    public void Encode(ReadOnlySpan<char> word, List<int> output, Scratch scratch, TextBudget budget)
    {
        if (_cache.TryGet(word, out int[]? known))
        {
            output.AddRange(known);
            return;
        }

        int before = output.Count;
        if (options.IgnoreMerges && TryWhole(word, out int whole))
        {
            output.Add(whole);
        }
        else
        {
            // Its bytes, at most three a unit; its symbols in a list that grows; and what the merger has of each.
            budget.Take((long)word.Length * (_byteSymbols is null && options.ByteFallback is null ? 1 : 3) * (1 + (2 * sizeof(int)) + PairMerger.SymbolBytes));
            scratch.Symbols.Clear();
            if (_byteSymbols is null)
            {
                AddCharacters(word, scratch.Symbols);
            }
            else
            {
                AddBytes(word, scratch.Symbols, _byteSymbols);
            }

            PairMerger.Merge(scratch.Symbols, merges, output, budget.Cancellation);
        }

        if (word.Length <= WordCache.LongestWord)
        {
            _cache.Add(word, CollectionsMarshal.AsSpan(output)[before..].ToArray());
        }
    }

    private bool TryWhole(ReadOnlySpan<char> word, out int id)
    {
        if (_byteSymbols is null)
        {
            return _vocabulary.TryGetValue(word, out id);
        }

        byte[] bytes = LargeArrays<byte>.Rent(Encoding.UTF8.GetMaxByteCount(word.Length));
        int count = Encoding.UTF8.GetBytes(word, bytes);
        char[] letters = LargeArrays<char>.Rent(count);
        for (int i = 0; i < count; i++)
        {
            letters[i] = ByteAlphabet.ToChar(bytes[i]);
        }

        bool found = _vocabulary.TryGetValue(letters.AsSpan(0, count), out id);
        LargeArrays<byte>.Return(bytes);
        LargeArrays<char>.Return(letters);
        return found;
    }

    private void AddBytes(ReadOnlySpan<char> word, List<int> symbols, int[] byteSymbols)
    {
        byte[] bytes = LargeArrays<byte>.Rent(Encoding.UTF8.GetMaxByteCount(word.Length));
        bool afterUnknown = false;
        foreach (byte value in bytes.AsSpan(0, Encoding.UTF8.GetBytes(word, bytes)))
        {
            AddSymbol(byteSymbols[value], symbols, ref afterUnknown);
        }

        LargeArrays<byte>.Return(bytes);
    }

    /// <summary>As in Rust, an unknown character waits for the next that the vocabulary has: those that become bytes get before it.</summary>
    private void AddCharacters(ReadOnlySpan<char> word, List<int> symbols)
    {
        Span<byte> bytes = stackalloc byte[4];
        bool waits = false;
        while (word.Length > 0)
        {
            Rune.DecodeFromUtf16(word, out var rune, out int units);
            if (_vocabulary.TryGetValue(word[..units], out int id))
            {
                if (waits)
                {
                    symbols.Add(options.Unknown);
                    waits = false;
                }

                symbols.Add(id);
            }
            else if (options.ByteFallback is { } fallback && HasAll(fallback, bytes[..rune.EncodeToUtf8(bytes)]))
            {
                foreach (byte value in bytes[..rune.Utf8SequenceLength])
                {
                    symbols.Add(fallback[value]);
                }
            }
            else if (options.Unknown >= 0)
            {
                if (waits && !options.FuseUnknown)
                {
                    symbols.Add(options.Unknown);
                }

                waits = true;
            }

            word = word[units..];
        }

        if (waits)
        {
            symbols.Add(options.Unknown);
        }
    }

    private void AddSymbol(int id, List<int> symbols, ref bool afterUnknown)
    {
        bool unknown = id < 0;
        if (unknown && (options.Unknown < 0 || (afterUnknown && options.FuseUnknown)))
        {
            return;
        }

        symbols.Add(unknown ? options.Unknown : id);
        afterUnknown = unknown;
    }

    private static bool HasAll(int[] fallback, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (fallback[value] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int[] ByteSymbols(IReadOnlyDictionary<string, int> vocabulary) =>
        [.. Enumerable.Range(0, 256).Select(b => vocabulary.GetValueOrDefault(ByteAlphabet.ToChar((byte)b).ToString(), -1))];

    /// <summary>Buffers of one Encode call.</summary>
    internal sealed class Scratch
    {
        public List<int> Symbols { get; } = [];
    }
}
