using System.Buffers;
using System.Globalization;
using System.Text;

namespace Grpc.Protocol;

/// <summary>The encoding of grpc-message: UTF-8, where all but printable ASCII, and '%' itself, is percent-encoded.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code).Where(c => c != '%')]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var encoded = new StringBuilder(text.Length * 2);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and < 0x7F and not (byte)'%')
                encoded.Append((char)b);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return encoded.ToString();
    }

    /// <summary>A '%' without two digits after it stands for itself: a message is never the reason to lose a status.</summary>
    public static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
