using System.Security.Cryptography;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>SHA-256 of files, in pieces of a mebibyte.</summary>
internal static class ContentHash
{
    public const int BufferBytes = 1 << 20;

    public static async Task<string> OfFileAsync(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await AppendFileAsync(hash, path, cancellation);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static async Task AppendFileAsync(IncrementalHash hash, string path, CancellationToken cancellation)
    {
        await using var stream = RegularFile.Open(path, bufferBytes: 0);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }
    }

    public static bool IsSha256(string? text) => text is { Length: SHA256.HashSizeInBytes * 2 } && text.All(char.IsAsciiHexDigitLower);
}
