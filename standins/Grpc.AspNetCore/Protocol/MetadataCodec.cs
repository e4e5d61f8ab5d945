using Grpc.Core;

namespace Grpc.Protocol;

/// <summary>Metadata entries as header values, and back.</summary>
internal static class MetadataCodec
{
    public static string Encode(Metadata.Entry entry) => entry.IsBinary ? Convert.ToBase64String(entry.Bytes) : entry.Value;

    /// <summary>Adds one header as received. The values of a binary header may come joined with commas, and without padding.</summary>
    /// <exception cref="FormatException">The value of a binary header is no Base64.</exception>
    public static void Decode(Metadata metadata, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries))
            metadata.Add(name, FromBase64(name, part));
    }

    private static byte[] FromBase64(string name, string text)
    {
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException e)
        {
            throw new FormatException($"The value of the binary header '{name}' is no Base64.", e);
        }
    }
}
