using System.IO.Compression;
using ExpertCluster.Node.Transport;
using Grpc.Core;
using Grpc.Net.Compression;

namespace ExpertCluster.Node.Tests.Transport;

public sealed class BoundedCompressionTests
{
    private const int Limit = 1_000_000;

    public static TheoryData<string> Encodings => ["gzip", "deflate"];

    [Fact]
    public void All_HasEachEncodingOnce() => Assert.Equal(["gzip", "deflate"], BoundedCompression.All(Limit).Select(c => c.EncodingName));

    [Theory]
    [MemberData(nameof(Encodings))]
    public void CopyTo_UpToTheLimit_GivesTheBytesInMemoryOfTheirLength(string encoding)
    {
        foreach (int length in (int[])[0, 1, 65_535, 65_536, 65_537, Limit - 1, Limit])
        {
            byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)(i * i >> 7))];
            using var output = new MemoryStream();

            Unpack(encoding, Pack(encoding, message), output);

            Assert.Equal(message, output.ToArray());
            Assert.Equal(length, output.Capacity);
        }
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void CopyTo_OverTheLimit_IsResourceExhaustedAndWritesNothing(string encoding)
    {
        foreach (int length in (int[])[Limit + 1, Limit + 65_536, 50 * Limit])
        {
            using var output = new MemoryStream();

            var error = Assert.Throws<RpcException>(() => Unpack(encoding, Pack(encoding, new byte[length]), output));

            Assert.Equal((StatusCode.ResourceExhausted, 0), (error.StatusCode, output.Capacity));
            Assert.Contains("1000000", error.Status.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>Of the library's errors not all are of one type: a preset dictionary is another one than damage.</summary>
    [Theory]
    [InlineData("78BB7B220000")]
    [InlineData("78BB00000000")]
    [InlineData("789CFFFF")]
    [InlineData("FFFF")]
    public void CopyTo_DeflateThatIsNone_IsInternal(string hex)
    {
        using var output = new MemoryStream();

        var error = Assert.Throws<RpcException>(() => Unpack("deflate", Convert.FromHexString(hex), output));

        Assert.Equal((StatusCode.Internal, "The compressed message is damaged."), (error.StatusCode, error.Status.Detail));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void CopyTo_ABomb_AllocatesNoMoreThanTheLimit(string encoding)
    {
        byte[] bomb = Pack(encoding, new byte[100 * Limit]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<RpcException>(() => Unpack(encoding, bomb, new MemoryStream()));

        // Beside it, the exception and the inflater's own buffer.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Limit + (128 * 1024));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Read_InParts_IsBoundedToo(string encoding)
    {
        using var stream = Stream(encoding, Pack(encoding, new byte[Limit + 1]));
        byte[] buffer = new byte[1000];
        for (int read = 0; read < Limit; read += 1000)
        {
            stream.ReadExactly(buffer);
        }

        Assert.Equal(StatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => stream.Read(buffer, 0, 1)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void CopyTo_DamagedOrCutShort_IsInternal(string encoding)
    {
        byte[] whole = Pack(encoding, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i >> 7))]);
        foreach (byte[] packed in (byte[][])[[1, 2, 3], whole[..^1], whole[..^4], whole[..100], whole[..2]])
        {
            var error = Assert.Throws<RpcException>(() => Unpack(encoding, packed, new MemoryStream()));

            Assert.Equal(StatusCode.Internal, error.StatusCode);
        }
    }

    private static void Unpack(string encoding, byte[] packed, MemoryStream output)
    {
        using var stream = Stream(encoding, packed);
        stream.CopyTo(output);
    }

    private static Stream Stream(string encoding, byte[] packed) => Provider(encoding).CreateDecompressionStream(new MemoryStream(packed));

    private static byte[] Pack(string encoding, byte[] message)
    {
        using var packed = new MemoryStream();
        using (var stream = Provider(encoding).CreateCompressionStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(message);
        }

        return packed.ToArray();
    }

    private static ICompressionProvider Provider(string encoding) => BoundedCompression.All(Limit).Single(c => c.EncodingName == encoding);
}
