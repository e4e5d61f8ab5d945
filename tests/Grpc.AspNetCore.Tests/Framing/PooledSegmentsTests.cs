using System.Buffers;
using Grpc.Framing;

namespace Grpc.AspNetCore.Tests.Framing;

public sealed class PooledSegmentsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_000_003)]
    public void Written_OfAnyLength_GivesTheBytesInOrder(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        var segments = new PooledSegments();
        for (int at = 0; at < length;)
        {
            Span<byte> room = segments.GetSpan();
            // Not always all of it.
            int count = Math.Min(length - at, Math.Max(1, room.Length - 7));
            data.AsSpan(at, count).CopyTo(room);
            segments.Advance(count);
            at += count;
        }
        Assert.Equal(length, segments.Count);
        Assert.Equal(data, segments.Written.ToArray());
        segments.Reset();
        Assert.Equal(0, segments.Count);
        Assert.True(segments.Written.IsEmpty);
    }
}
