using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>Reads the messages of a stream, one at a time. Those that came together cost one turn of the pipe.</summary>
internal sealed class StreamFrameReader<T>(
    PipeReader pipe, Func<DeserializationContext, T> deserializer, int? maxMessageSize, string? encoding, MessageEncodings encodings)
    : FrameReader<T>(pipe, deserializer, maxMessageSize, encoding, encodings)
    where T : class
{
    // The pipe gets its memory back after so many bytes of messages at the latest: a sender may wait for the room.
    private const long MostHeld = 16 * 1024;

    // What the pipe gave and was not taken yet, while _holding: messages that came together cost one turn of the pipe.
    private ReadOnlySequence<byte> _rest;
    private long _taken;
    private bool _holding;

    // The same as _rest while that is one array: then the next message is at _next, and nothing is sliced to get at it.
    private byte[]? _array;
    private int _first;
    private int _next;
    private int _end;

    /// <summary>
    /// The next message, if it is here whole; without any await. False says nothing more than that: <see cref="ReadAsync"/> goes
    /// on, and finds what is wrong.
    /// </summary>
    public bool TryRead(out T? message)
    {
        message = null;
        if (_array is not { } array || _end - _next < FrameHeader.Size || array[_next] != 0)
            return false;
        int start = _next + FrameHeader.Size;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(array.AsSpan(_next + 1));
        if (length > (uint)(_end - start) || length > MaxMessageSize)
            return false;
        message = Deserialize(new ReadOnlySequence<byte>(array, start, (int)length));
        _next = start + (int)length;
        if (_next == _end || _next - _first >= MostHeld)
            Release(_rest.GetPosition(_next - _first));
        return true;
    }

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="RpcException">The stream breaks the protocol or a limit.</exception>
    public ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_holding || cancellationToken.IsCancellationRequested)
            return FillAsync(cancellationToken);
        try
        {
            return TryRead(out T? message) || TryTakeHeld(out message) ? new(message) : FillAsync(cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T?>(e);
        }
    }

    public override void Complete()
    {
        _array = null;
        _holding = false;
        base.Complete();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T?> FillAsync(CancellationToken cancellationToken)
    {
        // Before what is held is given back as seen: it may hold a message, for the next who reads.
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (_holding)
            {
                LeaveArray();
                Release(_rest.End);
            }
            ReadResult result = await Pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCanceled)
                throw FramingErrors.Cancelled();
            _rest = result.Buffer;
            _taken = 0;
            _holding = true;
            EnterArray();
            if (TryRead(out T? message) || TryTakeHeld(out message))
                return message;
            if (result.IsCompleted)
                return _rest.IsEmpty ? null : throw FramingErrors.Incomplete();
        }
    }

    private void EnterArray()
    {
        if (!_rest.IsSingleSegment || !MemoryMarshal.TryGetArray(_rest.First, out ArraySegment<byte> segment))
            return;
        _array = segment.Array;
        _first = _next = segment.Offset;
        _end = _first + segment.Count;
    }

    private void LeaveArray()
    {
        if (_array is null)
            return;
        _array = null;
        _taken = _next - _first;
        _rest = _rest.Slice(_taken);
    }

    // Whatever is no plain message in one array: compressed, in parts, or wrong.
    private bool TryTakeHeld(out T? message)
    {
        LeaveArray();
        long before = _rest.Length;
        if (!TryTake(ref _rest, out message))
            return false;
        _taken += before - _rest.Length;
        if (_rest.IsEmpty || _taken >= MostHeld)
            Release(_rest.Start);
        return true;
    }

    private void Release(SequencePosition examined)
    {
        SequencePosition consumed = _array is null ? _rest.Start : examined;
        _holding = false;
        _array = null;
        Pipe.AdvanceTo(consumed, examined);
    }
}
