using System.Runtime.InteropServices;
using System.Text;
using ExpertCluster.Text.Tokenization.Merging;
using ExpertCluster.Text.Tokenization.Normalizing;
using ExpertCluster.Text.Tokenization.Splitting;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// Text to ids, without what the post-processor adds: (1) added tokens in the raw text, (2) normalize what is
/// between them, (3) added tokens in the normalized text, (4) split the rest, (5) merge each piece.
/// </summary>
internal sealed class TextEncoder(
    AddedTokenMatcher rawTokens,
    INormalizer? normalizer,
    AddedTokenMatcher normalizedTokens,
    IPreTokenizer? preTokenizer,
    BytePairModel model)
{
    /// <summary>How many words the model's cache holds now.</summary>
    public int CachedWords => model.CachedWords;

    public void Encode(string text, List<int> ids, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        text = WellFormed(text);
        var scratch = new BytePairModel.Scratch();

        // 1.
        List<Part> parts = [];
        Cut(new Piece(text, 0, text.Length, Opening: true), rawTokens, parts, cancellation);
        List<Part> inner = [];
        foreach (var part in parts)
        {
            if (part.Token is not null)
            {
                ids.Add(part.Token.Id);
                continue;
            }

            // 2.
            var piece = part.Piece;
            if (normalizer is not null)
            {
                string normalized = normalizer.Normalize(piece.Span.ToString(), cancellation);
                piece = new Piece(normalized, 0, normalized.Length, piece.Opening);
            }

            // 3.
            inner.Clear();
            Cut(piece, normalizedTokens, inner, cancellation);
            foreach (var innerPart in inner)
            {
                if (innerPart.Token is null)
                {
                    EncodePiece(innerPart.Piece, ids, scratch, cancellation);
                }
                else
                {
                    ids.Add(innerPart.Token.Id);
                }
            }
        }
    }

    private void EncodePiece(Piece piece, List<int> ids, BytePairModel.Scratch scratch, CancellationToken cancellation)
    {
        // 4.
        List<Piece> words = [];
        if (preTokenizer is null)
        {
            words.Add(piece);
        }
        else
        {
            preTokenizer.Apply(piece, words, cancellation);
        }

        // 5.
        foreach (var word in CollectionsMarshal.AsSpan(words))
        {
            cancellation.ThrowIfCancellationRequested();
            model.Encode(word.Span, ids, scratch, cancellation);
        }
    }

    private static void Cut(Piece piece, AddedTokenMatcher tokens, List<Part> parts, CancellationToken cancellation)
    {
        int at = 0;
        while (tokens.Next(piece.Span, at) is var (token, start, end))
        {
            cancellation.ThrowIfCancellationRequested();
            if (start > at)
            {
                parts.Add(new Part(piece.Slice(at, start - at), null));
            }

            parts.Add(new Part(default, token));
            at = end;
        }

        if (at < piece.Length)
        {
            parts.Add(new Part(piece.Slice(at, piece.Length - at), null));
        }
    }

    // The reference works on UTF-8, which has no unpaired surrogates.
    private static string WellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var units = text.AsSpan();
        for (int at = 0; at < units.Length;)
        {
            if (Rune.DecodeFromUtf16(units[at..], out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }

            at += length;
        }

        return text;
    }

    private readonly record struct Part(Piece Piece, AddedToken? Token);
}
