using ExpertCluster.Files;
using System.Text;
using System.Text.Unicode;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization.Decoding;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// A Hugging Face <c>tokenizer.json</c> with a BPE model. Immutable after <see cref="Load"/> and safe for any
/// number of threads.
/// </summary>
public sealed class Tokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly TextEncoder _encoder;
    private readonly PostProcessor _postProcessor;
    private readonly TokenBytes _bytes;

    /// <summary>By id: its text, once asked for; empty where its bytes begin or end inside a character.</summary>
    private readonly string?[] _texts;

    internal Tokenizer(Vocabulary vocabulary, TextEncoder encoder, PostProcessor postProcessor, TokenBytes bytes)
    {
        _vocabulary = vocabulary;
        _encoder = encoder;
        _postProcessor = postProcessor;
        _bytes = bytes;
        _texts = new string?[bytes.Bytes.Length];
    }

    /// <summary>The highest token id plus one. A model's vocabulary may be larger: padded for its hardware.</summary>
    public int VocabularySize => _vocabulary.Size;

    internal LeadingStrip LeadingStrip => _bytes.Strip;

    /// <summary>Reads a tokenizer.json.</summary>
    /// <exception cref="TokenizerFormatException">The file is malformed or asks for something unsupported.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tokenizer Load(string path) => Load(FolderFiles.Of(path), Path.GetFileName(path));

    /// <param name="files">Of its folder.</param>
    /// <param name="name">Of the tokenizer.json.</param>
    /// <inheritdoc cref="Load(string)"/>
    public static Tokenizer Load(INamedFiles files, string name)
    {
        ArgumentNullException.ThrowIfNull(files);
        return TokenizerLoader.Load(files, name);
    }

    /// <summary>The ids of a text. Added tokens in it, special ones included, become their own ids.</summary>
    /// <param name="text">Unpaired surrogates count as U+FFFD.</param>
    /// <param name="addSpecialTokens">Adds what the file's post-processor says, such as a token of beginning.</param>
    public int[] Encode(string text, bool addSpecialTokens = false) => Encode(text, addSpecialTokens, CancellationToken.None);

    /// <inheritdoc cref="Encode(string, bool, TextLimits, CancellationToken)"/>
    public int[] Encode(string text, bool addSpecialTokens, CancellationToken cancellation) =>
        Encode(text, addSpecialTokens, TextLimits.Default, cancellation);

    /// <inheritdoc cref="Encode(string, bool)"/>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancellation">
    /// Heeded within a fraction of a millisecond's work, also inside one endless word. Inside a match that backtracks: within its
    /// time, a tenth of a second, or more where the text is long.
    /// </param>
    /// <exception cref="TextLimitException">The text takes more than that.</exception>
    /// <exception cref="OperationCanceledException"/>
    public int[] Encode(string text, bool addSpecialTokens, TextLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        if (addSpecialTokens)
        {
            ids.AddRange(_postProcessor.Before);
        }

        _encoder.Encode(text, ids, new TextBudget(limits, text.Length, cancellation));
        if (addSpecialTokens)
        {
            ids.AddRange(_postProcessor.After);
        }

        return [.. ids];
    }

    /// <summary>The text of some ids. Ids that are no token give no text; bytes that are no UTF-8 give U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var decoder = new StreamingDecoder(this, skipSpecialTokens);
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{int}, bool)"/>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true) => Decode([.. ids], skipSpecialTokens);

    /// <summary>The id of a token as the vocabulary writes it (a byte-level space is Ġ).</summary>
    public bool TryGetId(string token, out int id) => _vocabulary.TryGetId(token, out id);

    /// <summary>The token as the vocabulary writes it; null where the id is none.</summary>
    public string? GetToken(int id) => _vocabulary.TokenAt(id);

    /// <summary>Whether an id is a token.</summary>
    public bool Contains(int id) => _vocabulary.TokenAt(id) is not null;

    /// <summary>Whether a token is one of <c>added_tokens</c>: text becomes it only where the token's own name stands in it.</summary>
    public bool IsAdded(int id) => _vocabulary.AddedAt(id) is not null;

    /// <summary>Whether decoding can skip this token as special.</summary>
    public bool IsSpecial(int id) => _vocabulary.AddedAt(id) is { Special: true };

    /// <summary>What a token adds in the middle of a text, as UTF-8 bytes, which may be part of a character. Empty for no token.</summary>
    public ReadOnlySpan<byte> GetTokenBytes(int id) => Contains(id) ? _bytes.Bytes[id] : [];

    /// <summary>What a token adds in the middle of a text, with U+FFFD for parts of characters. Empty for no token.</summary>
    public string GetTokenText(int id) => Encoding.UTF8.GetString(GetTokenBytes(id));

    /// <summary>
    /// What a token adds in the middle of a text where that is whole characters, else null. The same string each time: text
    /// that streams costs no memory then.
    /// </summary>
    internal string? WholeText(int id)
    {
        if (!Contains(id))
        {
            return null;
        }

        string text = _texts[id] ??= Utf8.IsValid(_bytes.Bytes[id]) ? GetTokenText(id) : "";
        return text.Length == 0 ? null : text;
    }

    internal bool OpensWithReplacement(int id) => Contains(id) && _bytes.OpensWithReplacement[id];
}
