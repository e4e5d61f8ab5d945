using System.Buffers;
using System.Text;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// Turns tokens into text as they arrive. What it gives, laid end to end, is what
/// <see cref="Tokenizer.Decode(ReadOnlySpan{int}, bool)"/> gives for all tokens at once. A character comes
/// with the token that completes it; U+FFFD comes when bytes can no longer become a character, or at
/// <see cref="Flush"/>. The work per token is the token's own length. One stream, one thread at a time.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly bool _continuesText;
    private readonly Decoder _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private bool _anyToken;

    /// <summary>Whether a character may be unfinished.</summary>
    private bool _isOpen;
    private int _strip;

    /// <param name="tokenizer">Whose tokens arrive.</param>
    /// <param name="skipSpecialTokens">Special tokens give no text.</param>
    /// <param name="continuesText">
    /// The tokens go on from text before them, so that a leading space of the first one is kept. False treats
    /// them as a whole text, as Decode does.
    /// </param>
    public StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens = true, bool continuesText = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _continuesText = continuesText;
        Reset();
    }

    /// <summary>The text that this token completes; empty while a character is unfinished.</summary>
    public string Append(int token)
    {
        string? whole = _tokenizer.WholeText(token);
        if (whole is not null && !_isOpen && _strip == 0 && (_anyToken || _continuesText) && !(_skipSpecialTokens && _tokenizer.IsSpecial(token)))
        {
            _anyToken = true;
            return whole;
        }

        var bytes = Take(token);
        if (bytes.IsEmpty)
        {
            return "";
        }

        _isOpen = whole is null;
        if (bytes.Length <= 64)
        {
            return Emit(bytes, stackalloc char[96], flush: false);
        }

        char[] rented = ArrayPool<char>.Shared.Rent(bytes.Length + 4);
        string text = Emit(bytes, rented, flush: false);
        ArrayPool<char>.Shared.Return(rented);
        return text;
    }

    /// <summary>Ends the text: U+FFFD for an unfinished character, else nothing. The decoder is then as new.</summary>
    public string Flush()
    {
        string text = Emit([], stackalloc char[8], flush: true);
        Reset();
        return text;
    }

    private ReadOnlySpan<byte> Take(int token)
    {
        if (_skipSpecialTokens && _tokenizer.IsSpecial(token))
        {
            return [];
        }

        var bytes = _tokenizer.GetTokenBytes(token);
        if (!_anyToken && !_continuesText && _tokenizer.OpensWithReplacement(token))
        {
            bytes = bytes[1..];
        }

        _anyToken |= _tokenizer.Contains(token);
        return bytes;
    }

    private string Emit(ReadOnlySpan<byte> bytes, Span<char> buffer, bool flush)
    {
        ReadOnlySpan<char> chars = buffer[.._utf8.GetChars(bytes, buffer, flush)];
        while (_strip > 0 && chars.Length > 0)
        {
            if (chars[0] != _tokenizer.LeadingStrip.Character)
            {
                _strip = 0;
                break;
            }

            chars = chars[1..];
            _strip--;
        }

        return chars.IsEmpty ? "" : chars.ToString();
    }

    private void Reset()
    {
        _utf8.Reset();
        _anyToken = false;
        _isOpen = false;
        _strip = _continuesText ? 0 : _tokenizer.LeadingStrip.Count;
    }
}
