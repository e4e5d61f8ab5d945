namespace ExpertCluster.Gating.Features;

/// <summary>Bounds the text that the request gate reads.</summary>
internal static class TextWindow
{
    /// <summary>UTF-16 units read from the start of a long text.</summary>
    public const int Head = 1024;

    /// <summary>UTF-16 units read from its end, where the question usually stands.</summary>
    public const int Tail = 3072;

    /// <summary>The two parts to read; the second is empty for a short text. Neither cuts a surrogate pair.</summary>
    public static (int HeadEnd, int TailStart) Of(ReadOnlySpan<char> text)
    {
        if (text.Length <= Head + Tail)
        {
            return (text.Length, text.Length);
        }

        int head = char.IsHighSurrogate(text[Head - 1]) ? Head - 1 : Head;
        int tail = text.Length - Tail;
        return (head, char.IsLowSurrogate(text[tail]) ? tail + 1 : tail);
    }
}
