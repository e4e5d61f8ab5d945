using System.Runtime.InteropServices;
using System.Text;
using ExpertCluster.Text.Bounds;
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
    /// <summary>Of one in a list that grows.</summary>
    private const long IdBytes = 8L;
    private const long PartBytes = 64L;

    /// <summary>How many words the model's cache holds now.</summary>
    public int CachedWords => model.CachedWords;

    public void Encode(string text, List<int> ids, TextBudget budget)
    {
        budget.Check();
        text = WellFormed(text, budget);
        var scratch = new BytePairModel.Scratch();

        // 1.
        List<Part> parts = [];
        Cut(new Piece(text, 0, text.Length, Opening: true), rawTokens, parts, budget);
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
                budget.Text(piece.Length);
                string normalized = normalizer.Normalize(piece.Span.ToString(), budget);
                piece = new Piece(normalized, 0, normalized.Length, piece.Opening);
            }

            // 3.
            inner.Clear();
            Cut(piece, normalizedTokens, inner, budget);
            foreach (var innerPart in inner)
            {
                if (innerPart.Token is null)
                {
                    EncodePiece(innerPart.Piece, ids, scratch, budget);
                }
                else
                {
                    ids.Add(innerPart.Token.Id);
                }
            }
        }
    }

    private void EncodePiece(Piece piece, List<int> ids, BytePairModel.Scratch scratch, TextBudget budget)
    {
        // 4.
        List<Piece> words = [];
        if (preTokenizer is null)
        {
            words.Add(piece);
        }
        else
        {
            preTokenizer.Apply(piece, words, budget);
        }

        // 5.
        foreach (var word in CollectionsMarshal.AsSpan(words))
        {
            budget.Check();
            int before = ids.Count;
            model.Encode(word.Span, ids, scratch, budget);
            budget.Take((ids.Count - before) * IdBytes);
        }
    }

    private static void Cut(Piece piece, AddedTokenMatcher tokens, List<Part> parts, TextBudget budget)
    {
        int at = 0;
        int from = 0;
        while (tokens.Next(piece.Span, at, from, budget) is var (token, start, end, next))
        {
            budget.Check();
            budget.Take(2 * PartBytes);
            if (start > at)
            {
                parts.Add(new Part(piece.Slice(at, start - at), null));
            }

            if (start < end)
            {
                parts.Add(new Part(default, token));
            }

            (at, from) = (end, next);
        }

        if (at < piece.Length)
        {
            parts.Add(new Part(piece.Slice(at, piece.Length - at), null));
        }
    }

    // The reference works on UTF-8, which has no unpaired surrogates.
    private static string WellFormed(string text, TextBudget budget)
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
                budget.Take(5L * text.Length);
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }

            at += length;
        }

        return text;
    }

    private readonly record struct Part(Piece Piece, AddedToken? Token);
}
