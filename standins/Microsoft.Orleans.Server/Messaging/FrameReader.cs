using System.Buffers;
using System.IO.Pipelines;
using Orleans.OneMachine.Serialization;

namespace Orleans.OneMachine.Messaging;

internal delegate void FrameHandler(FrameKind kind, ref WireReader payload);

/// <summary>Cuts a byte stream into frames. An idle stream holds no buffer; a length is checked before it is believed.</summary>
internal sealed class FrameReader(Stream stream) : IAsyncDisposable
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, useZeroByteReads: true));

    /// <summary>Hands one frame to the handler; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(int maxLength, FrameHandler handler, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryCut(ref buffer, maxLength, handler))
            {
                _pipe.AdvanceTo(buffer.Start);
                return true;
            }
            _pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return buffer.IsEmpty ? false : throw new MalformedDataException("The stream ends within a frame.");
        }
    }

    public ValueTask DisposeAsync() => _pipe.CompleteAsync();

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, int maxLength, FrameHandler handler)
    {
        var head = new SequenceReader<byte>(buffer);
        if (!head.TryReadLittleEndian(out int length))
            return false;
        if (length < 1 || length > maxLength)
            throw new MalformedDataException($"A frame announces {length} bytes; between 1 and {maxLength} are allowed.");
        if (head.Remaining < length)
            return false;
        var body = buffer.Slice(4, length);
        if (body.IsSingleSegment)
        {
            Hand(body.FirstSpan, handler);
        }
        else
        {
            var joined = ArrayPool<byte>.Shared.Rent(length);
            body.CopyTo(joined);
            Hand(joined.AsSpan(0, length), handler);
            ArrayPool<byte>.Shared.Return(joined);
        }
        buffer = buffer.Slice(4 + length);
        return true;
    }

    private static void Hand(ReadOnlySpan<byte> body, FrameHandler handler)
    {
        var payload = new WireReader(body[1..]);
        handler((FrameKind)body[0], ref payload);
    }
}
