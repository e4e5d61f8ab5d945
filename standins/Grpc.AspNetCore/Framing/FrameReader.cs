using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>
/// Reads messages from a pipe, one at a time. A length prefix is checked against the limit and then only believed as the
/// bytes come in: nothing is allocated for what was merely announced.
/// </summary>
internal sealed class FrameReader<T>(
    PipeReader pipe, Func<DeserializationContext, T> deserializer, int? maxMessageSize, string? encoding, MessageEncodings encodings)
    where T : class
{
    private readonly SequenceDeserializationContext _context = new();

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="RpcException">The stream breaks the protocol or a limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCanceled)
                throw FramingErrors.Cancelled();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (TryTake(buffer, out T? message, out SequencePosition consumed))
            {
                pipe.AdvanceTo(consumed);
                return message;
            }
            if (result.IsCompleted)
            {
                bool empty = buffer.IsEmpty;
                pipe.AdvanceTo(buffer.Start, buffer.End);
                return empty ? null : throw FramingErrors.Incomplete();
            }
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The only message of the stream; null when there is none.</summary>
    /// <exception cref="RpcException">As above, or there is more than one message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadSingleAsync(CancellationToken cancellationToken)
    {
        T? message = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (message is null)
            return null;
        ReadResult rest;
        do
        {
            rest = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool more = !rest.Buffer.IsEmpty;
            pipe.AdvanceTo(rest.Buffer.Start, rest.Buffer.End);
            if (rest.IsCanceled)
                throw FramingErrors.Cancelled();
            if (more)
                throw FramingErrors.Additional();
        }
        while (!rest.IsCompleted);
        return message;
    }

    /// <summary>Gives the pipe's buffers back.</summary>
    public void Complete() => pipe.Complete();

    private bool TryTake(in ReadOnlySequence<byte> buffer, out T? message, out SequencePosition consumed)
    {
        message = null;
        consumed = buffer.Start;
        if (!FrameHeader.TryRead(buffer, out FrameHeader header))
            return false;
        if (header.Flag > 1)
            throw FramingErrors.BadFlag(header.Flag);
        if (header.Length > (uint)(maxMessageSize ?? int.MaxValue))
            throw FramingErrors.ReceivedTooLarge();
        ICompressionProvider? compression = header.IsCompressed ? Decompressor() : null;
        if (buffer.Length - FrameHeader.Size < header.Length)
            return false;

        ReadOnlySequence<byte> payload = buffer.Slice(FrameHeader.Size, header.Length);
        consumed = payload.End;
        message = compression is null ? _context.Deserialize(deserializer, payload) : Decompress(compression, payload);
        return true;
    }

    private ICompressionProvider Decompressor()
    {
        if (encoding is null or Protocol.GrpcHeaders.Identity)
            throw FramingErrors.CompressedWithoutEncoding(encoding);
        return encodings.Find(encoding) ?? throw FramingErrors.UnknownEncoding(encoding, encodings.AcceptHeader);
    }

    // The limit holds for what comes out, too: a small frame may expand a thousandfold.
    private T Decompress(ICompressionProvider compression, in ReadOnlySequence<byte> payload)
    {
        int limit = maxMessageSize ?? int.MaxValue;
        var plain = new PooledSegments();
        try
        {
            using Stream stream = compression.CreateDecompressionStream(new SequenceStream(payload));
            int read;
            while (plain.Count < limit && (read = stream.Read(Room(plain, limit))) > 0)
                plain.Advance(read);
            if (plain.Count == limit && stream.ReadByte() >= 0)
                throw FramingErrors.ReceivedTooLarge();
            return _context.Deserialize(deserializer, plain.Written);
        }
        catch (InvalidDataException e)
        {
            throw FramingErrors.BadCompression(e);
        }
        finally
        {
            plain.Reset();
        }
    }

    private static Span<byte> Room(PooledSegments plain, int limit)
    {
        Span<byte> room = plain.GetSpan();
        return room[..(int)Math.Min(room.Length, limit - plain.Count)];
    }
}
