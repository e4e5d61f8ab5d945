using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>
/// Reads messages from a pipe: here the only one, in <see cref="StreamFrameReader{T}"/> one after the other. A length prefix is
/// checked against the limit and then only believed as the bytes come in: nothing is allocated for what was merely announced.
/// </summary>
internal class FrameReader<T>(
    PipeReader pipe, Func<DeserializationContext, T> deserializer, int? maxMessageSize, string? encoding, MessageEncodings encodings)
    : DeserializationContext
    where T : class
{
    // What the marshaller sees, in place.
    private ReadOnlySequence<byte> _payload;

    protected PipeReader Pipe => pipe;

    protected uint MaxMessageSize => (uint)(maxMessageSize ?? int.MaxValue);

    public override int PayloadLength => (int)_payload.Length;

    /// <summary>The only message of the stream; null when there is none.</summary>
    /// <exception cref="RpcException">The stream breaks the protocol or a limit, or there is more than one message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadSingleAsync(CancellationToken cancellationToken)
    {
        T? message = null;
        while (true)
        {
            ReadResult result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCanceled)
                throw FramingErrors.Cancelled();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (message is null)
                TryTake(ref buffer, out message);
            bool more = !buffer.IsEmpty;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (more && message is not null)
                throw FramingErrors.Additional();
            if (result.IsCompleted)
                return more ? throw FramingErrors.Incomplete() : message;
        }
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Gives the pipe's buffers back.</summary>
    public virtual void Complete() => pipe.Complete();

    /// <summary>Takes a whole message off a buffer's start; false: it isn't whole.</summary>
    protected bool TryTake(ref ReadOnlySequence<byte> buffer, out T? message)
    {
        message = null;
        if (!FrameHeader.TryRead(buffer, out FrameHeader header))
            return false;
        if (header.Flag > 1)
            throw FramingErrors.BadFlag(header.Flag);
        if (header.Length > MaxMessageSize)
            throw FramingErrors.ReceivedTooLarge();
        ICompressionProvider? compression = header.IsCompressed ? Decompressor() : null;
        if (buffer.Length - FrameHeader.Size < header.Length)
            return false;

        ReadOnlySequence<byte> payload = buffer.Slice(FrameHeader.Size, header.Length);
        message = compression is null ? Deserialize(payload) : Decompress(compression, payload);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    protected T Deserialize(in ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        T message = deserializer(this);
        _payload = default;
        return message;
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
            return Deserialize(plain.Written);
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
