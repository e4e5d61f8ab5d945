using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Tests.Framing;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ReadAsync_FramesCutAnywhere_GivesTheSameMessages(int seed)
    {
        var random = new Random(seed);
        byte[][] messages = [.. Enumerable.Range(0, 200).Select(_ => RandomBytes(random, random.Next(0, 300)))];
        byte[] wire = [.. messages.SelectMany(message => Support.RawGrpc.Frame(message))];
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        StreamFrameReader<byte[]> reader = Reader(pipe.Reader);
        Task writing = WriteInPiecesAsync(pipe.Writer, wire, random);

        foreach (byte[] message in messages)
            Assert.Equal(message, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
        await writing;
    }

    [Fact]
    public async Task TryRead_SeveralMessages_GivesThoseThatAreWhole()
    {
        byte[] wire = [.. Support.RawGrpc.Frame([1]), .. Support.RawGrpc.Frame([2, 2]), .. Support.RawGrpc.Frame([]), .. Support.RawGrpc.Frame([4, 4])];
        var pipe = new Pipe();
        StreamFrameReader<byte[]> reader = Reader(pipe.Reader);
        await pipe.Writer.WriteAsync(wire.AsMemory(0, wire.Length - 1), TestContext.Current.CancellationToken);
        Assert.False(reader.TryRead(out _));
        Assert.Equal([1], (await reader.ReadAsync(TestContext.Current.CancellationToken))!);
        Assert.True(reader.TryRead(out byte[]? second));
        Assert.Equal([2, 2], second!);
        Assert.True(reader.TryRead(out byte[]? third));
        Assert.Empty(third!);
        Assert.False(reader.TryRead(out _));
        ValueTask<byte[]?> read = reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);
        await pipe.Writer.WriteAsync(wire.AsMemory(wire.Length - 1), TestContext.Current.CancellationToken);
        Assert.Equal([4, 4], (await read)!);
    }

    [Theory]
    [InlineData(0, 11, StatusCode.ResourceExhausted)]
    [InlineData(2, 1, StatusCode.Internal)]
    [InlineData(1, 1, StatusCode.Internal)]
    public async Task TryRead_WrongMessage_LeavesTheErrorToReadAsync(byte flag, int length, StatusCode status)
    {
        byte[] wire = [.. Support.RawGrpc.Frame([1]), .. Support.RawGrpc.Frame(new byte[length], flag: flag)];
        StreamFrameReader<byte[]> reader = Reader(PipeReader.Create(new MemoryStream(wire)), max: 10);
        Assert.Equal([1], (await reader.ReadAsync(TestContext.Current.CancellationToken))!);
        Assert.False(reader.TryRead(out _));
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await reader.ReadAsync(default));
        Assert.Equal(status, e.StatusCode);
    }

    [Fact]
    public async Task ReadAsync_AnnouncedLengthOnly_AllocatesNoMessage()
    {
        var pipe = new Pipe();
        StreamFrameReader<byte[]> reader = Reader(pipe.Reader, max: 1 << 30);
        await pipe.Writer.WriteAsync(Support.RawGrpc.Frame([1], length: 1 << 30), TestContext.Current.CancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        ValueTask<byte[]?> read = reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1 << 20);
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<RpcException>(async () => await read);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public async Task ReadAsync_CompressedMessage_IsHeldToTheLimit(int size, bool refused)
    {
        var packed = new MemoryStream();
        using (Stream stream = MessageEncodings.Default.Find("gzip")!.CreateCompressionStream(packed, null))
            stream.Write(new byte[size]);
        StreamFrameReader<byte[]> reader = Reader(
            PipeReader.Create(new MemoryStream(Support.RawGrpc.Frame(packed.ToArray(), flag: 1))), max: 100, encoding: "gzip");
        if (refused)
        {
            RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await reader.ReadAsync(default));
            Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        }
        else
        {
            Assert.Equal(size, (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Length);
        }
    }

    private static StreamFrameReader<byte[]> Reader(PipeReader pipe, int? max = null, string? encoding = null) =>
        new(pipe, context => context.PayloadAsNewBuffer(), max, encoding, MessageEncodings.Default);

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteInPiecesAsync(PipeWriter writer, byte[] wire, Random random)
    {
        for (int at = 0; at < wire.Length;)
        {
            int size = Math.Min(random.Next(1, 40), wire.Length - at);
            await writer.WriteAsync(wire.AsMemory(at, size));
            at += size;
        }
        await writer.CompleteAsync();
    }
}
