using System.IO.Compression;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>A compressed gRPC message: the first byte says gzip or deflate.</summary>
internal sealed class CompressedTarget : FuzzTarget
{
    private const int MostBytes = 1 << 20;

    private readonly IReadOnlyList<Grpc.Net.Compression.ICompressionProvider> _providers = BoundedCompression.All(MostBytes);

    public override string Name => "compressed";

    public override int Executions => 12000;

    /// <summary>What is over the limit is lent, and lent arrays are kept.</summary>
    public override long MostAllocated(int length) => 4L * MostBytes;

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. ((int[])[0, 10, 100_000, MostBytes, MostBytes + 1, 4 << 20]).SelectMany(length => Enumerable.Range(0, 2).Select(kind => Packed(kind, length))),
    ];

    public override Outcome Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return Outcome.Taken;
        }

        try
        {
            using var unpacked = _providers[input[0] % _providers.Count].CreateDecompressionStream(new MemoryStream(input, 1, input.Length - 1));
            using var message = new MemoryStream();
            unpacked.CopyTo(message);
            return message.Length <= MostBytes ? Outcome.Taken : throw new InvalidOperationException($"{message.Length} bytes");
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.ResourceExhausted or StatusCode.Internal)
        {
            return Outcome.Refused(refused.Status.Detail);
        }
    }

    private byte[] Packed(int kind, int length)
    {
        using var packed = new MemoryStream();
        packed.WriteByte((byte)kind);
        using (var stream = _providers[kind].CreateCompressionStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(new byte[length]);
        }

        return packed.ToArray();
    }
}
