namespace ExpertCluster.Gating.Features;

/// <summary>
/// The sentences of a text as ranges of it: a few, of bounded length, whatever the text. Of a text past <see cref="TextWindow"/>'s size its
/// beginning and its end are read. Neighbours that are short are one; what has no end of a sentence in it is cut between words.
/// </summary>
internal static class TextSentences
{
    /// <summary>Ranges at most.</summary>
    public const int Most = 16;

    /// <summary>A shorter one belongs to the next: a greeting, the number of a list.</summary>
    private const int Shortest = 16;

    /// <summary>UTF-16 units that are looked at before a text without an end of a sentence is cut.</summary>
    private const int Longest = 512;

    /// <returns>How many; at least 1.</returns>
    public static int Split(ReadOnlySpan<char> text, Span<Range> into)
    {
        var (head, tail) = TextWindow.Of(text);
        if (tail == text.Length && Split(text, head, tail, Shortest, into) is < Most and var few)
        {
            return few;
        }

        // Where there are more than there is room for, each is as long as is needed for all of them to fit.
        return Split(text, head, tail, Math.Max(Shortest, (head + text.Length - tail) / (Most - 2)), into);
    }

    private static int Split(ReadOnlySpan<char> text, int head, int tail, int least, Span<Range> into)
    {
        int count = Part(text, 0, head, least, into, 0);
        if (tail < text.Length)
        {
            count = Part(text, tail, text.Length, least, into, count);
        }

        if (count == 0)
        {
            into[count++] = 0..0;
        }

        return count;
    }

    private static int Part(ReadOnlySpan<char> text, int from, int to, int least, Span<Range> into, int count)
    {
        int first = count;
        int start = from;
        while (start < to)
        {
            int end = End(text, start, to, least);
            if (!text[start..end].IsWhiteSpace())
            {
                // A short rest belongs to what stands before it, and so does what there is no room for.
                if (count > first && (end - start < Shortest || count == into.Length - 1))
                {
                    into[count - 1] = into[count - 1].Start..end;
                }
                else
                {
                    into[count++] = start..end;
                }
            }

            start = end;
        }

        return count;
    }

    private static int End(ReadOnlySpan<char> text, int start, int to, int least)
    {
        int blank = -1;
        for (int i = start; i < to; i++)
        {
            bool isLong = i + 1 - start >= least;
            if (isLong && IsEnd(text, i, to))
            {
                return i + 1;
            }

            if (char.IsWhiteSpace(text[i]))
            {
                blank = i + 1;
            }

            if (i - start >= Math.Max(least, Longest))
            {
                return blank > start + least ? blank : char.IsHighSurrogate(text[i]) && i > start ? i : i + 1;
            }
        }

        return to;
    }

    private static bool IsEnd(ReadOnlySpan<char> text, int at, int to) => text[at] switch
    {
        '\n' or '\u3002' or '\uFF01' or '\uFF1F' or '\u0964' => true,
        '.' or '?' or '!' => at + 1 == to || char.IsWhiteSpace(text[at + 1]),
        _ => false,
    };
}
