using System.Globalization;
using System.Text;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Decoding;

/// <summary>A step of <c>decoder</c> that looks at one token alone: text until some step makes it bytes.</summary>
internal abstract record DecoderStep
{
    /// <summary>The token after this step: text, or bytes that no later step sees.</summary>
    public abstract (string Text, byte[]? Bytes) Apply(string text, bool added);

    internal sealed record Replace(string From, string To) : DecoderStep
    {
        public override (string Text, byte[]? Bytes) Apply(string text, bool added) =>
            (text.Replace(From, To, StringComparison.Ordinal), null);
    }

    /// <summary>Tokens such as &lt;0x0A&gt; are one byte.</summary>
    internal sealed record ByteFallback : DecoderStep
    {
        public override (string Text, byte[]? Bytes) Apply(string text, bool added) =>
            text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
                && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
                ? (text, [value])
                : (text, null);
    }

    /// <summary>Letters of the byte-level alphabet are bytes; added tokens are themselves.</summary>
    internal sealed record ByteLevel : DecoderStep
    {
        public override (string Text, byte[]? Bytes) Apply(string text, bool added) =>
            (text, (added ? null : ByteAlphabet.ToBytes(text)) ?? Encoding.UTF8.GetBytes(text));
    }
}
