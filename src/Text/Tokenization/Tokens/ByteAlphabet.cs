using System.Collections.Frozen;

namespace ExpertCluster.Text.Tokenization.Tokens;

/// <summary>
/// The byte-level alphabet of GPT-2: each byte has a printable character. Printable Latin-1 stands for
/// itself, the other 68 bytes are U+0100 and up, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = Build();
    private static readonly FrozenDictionary<char, byte> Bytes =
        Chars.Select((c, b) => KeyValuePair.Create(c, (byte)b)).ToFrozenDictionary();

    public static char ToChar(byte value) => Chars[value];

    /// <summary>The bytes that a token of the vocabulary stands for; null where a character is outside the alphabet.</summary>
    public static byte[]? ToBytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        char[] chars = new char[256];
        int next = 0x100;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            chars[b] = (char)(printable ? b : next++);
        }

        return chars;
    }
}
