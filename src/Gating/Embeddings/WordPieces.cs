using System.Text;
using ExpertCluster.Text.Tokenization.Normalizing;
using FastBertTokenizer;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>
/// Text as BERT's ids. Any UTF-16 will do, of any length: what can't matter any more is cut off first, so time and memory are
/// bounded. Immutable once made, thread-safe.
/// </summary>
internal sealed class WordPieces
{
    /// <summary>UTF-16 units that are looked at for each token: more than even long words have for each of their pieces.</summary>
    public const int UnitsPerToken = 16;

    private readonly BertTokenizer _tokenizer = new();
    private readonly bool _folds;

    /// <param name="file">For messages.</param>
    /// <param name="vocabulary">A token a line.</param>
    /// <param name="lowerCase">Whether it has lower case and no accents.</param>
    /// <exception cref="GateFormatException">It is no vocabulary.</exception>
    public WordPieces(string file, byte[] vocabulary, bool lowerCase)
    {
        _folds = lowerCase;
        string[] tokens;
        try
        {
            tokens = new UTF8Encoding(false, true).GetString(vocabulary).TrimEnd('\n', '\r').Split('\n');
        }
        catch (DecoderFallbackException error)
        {
            throw new GateFormatException($"{file}: not UTF-8", error);
        }

        // A tokenizer that lacks one of them would throw at the first text.
        string[] needed = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"];
        var known = tokens.Select(t => t.TrimEnd('\r')).ToHashSet(StringComparer.Ordinal);
        if (needed.FirstOrDefault(n => !known.Contains(n)) is { } lacking)
        {
            throw new GateFormatException($"{file}: {lacking} is missing");
        }

        Count = tokens.Length;
        try
        {
            using StringReader reader = new(string.Join('\n', tokens));
            _tokenizer.LoadVocabulary(reader, convertInputToLowercase: lowerCase);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new GateFormatException($"{file}: {error.Message}", error);
        }
    }

    /// <summary>Tokens of the vocabulary.</summary>
    public int Count { get; }

    /// <summary>Fills <paramref name="ids"/> with a text's tokens between beginning and end.</summary>
    /// <returns>How many.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<long> ids, Span<long> scratch) => Encode(text, ids, scratch, UnitsPerToken * ids.Length, out _);

    /// <param name="text">Any.</param>
    /// <param name="ids">Filled with its tokens between beginning and end.</param>
    /// <param name="scratch">As long.</param>
    /// <param name="units">UTF-16 units of it that are looked at.</param>
    /// <param name="isCut">Whether it has more.</param>
    /// <returns>How many tokens.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<long> ids, Span<long> scratch, int units, out bool isCut)
    {
        isCut = false;
        if (text.Length > units)
        {
            // Blanks are no words: a text may begin with any number of them.
            text = text.TrimStart();
            isCut = text.Length > units;
            text = text[..Math.Min(units, text.Length)];
        }

        string whole = text.ToString();
        return _tokenizer.Encode(_folds ? MarkFolding.Fold(whole) : whole, ids, scratch, null);
    }
}
