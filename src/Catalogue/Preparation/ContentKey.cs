using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Keys of the cache: SHA-256 over parts that are told apart by their lengths, lower-case hex.</summary>
internal static class ContentKey
{
    public static string Of(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BitConverter.TryWriteBytes(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string OfFile(string path)
    {
        using var stream = RegularFile.Open(path, bufferBytes: 0);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
