using System.Security.Cryptography;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>A file of a prepared folder.</summary>
/// <param name="Name">Relative to its folder, with '/' between parts.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of its content, lower-case hex.</param>
public sealed record PreparedFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Describes a file as it is; its content passes through a buffer of a mebibyte.</summary>
    public static PreparedFile Describe(string path, string name)
    {
        using var stream = RegularFile.Open(path, bufferBytes: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 20);
        long bytes = 0;
        for (int read; (read = stream.Read(buffer)) > 0; bytes += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        return new PreparedFile(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
