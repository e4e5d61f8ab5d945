using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ExpertCluster.Inference.Prefixes;

/// <summary>
/// Names what stands in a run of positions from 0 on: the domain (see <see cref="PrefixDomain"/>) and every token so far.
/// SHA-256, cut to 128 bits, of the key before and the block's tokens; so equal keys may be trusted without a look at
/// the tokens.
/// </summary>
internal readonly record struct PrefixKey(UInt128 Value)
{
    private const int Size = 16;
    private const int StackTokens = 64;

    /// <summary>The key of no tokens at all.</summary>
    public static PrefixKey Of(string domain) => Cut(SHA256.HashData(Encoding.UTF8.GetBytes(domain)));

    /// <summary>The key of one block more.</summary>
    public PrefixKey Then(ReadOnlySpan<int> tokens)
    {
        int length = Size + (tokens.Length * sizeof(int));
        var text = tokens.Length <= StackTokens ? stackalloc byte[length] : new byte[length];
        BinaryPrimitives.WriteUInt128LittleEndian(text, Value);
        MemoryMarshal.AsBytes(tokens).CopyTo(text[Size..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        return Cut(digest);
    }

    private static PrefixKey Cut(ReadOnlySpan<byte> digest) => new(BinaryPrimitives.ReadUInt128LittleEndian(digest));
}
