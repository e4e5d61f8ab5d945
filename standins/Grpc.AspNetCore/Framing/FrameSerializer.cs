using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Framing;

/// <summary>
/// Writes messages as frames. A message whose length is known beforehand goes straight into the output's memory, behind
/// its reserved header, and the output advances once the message is whole: a serializer that throws leaves no half frame.
/// One instance serves one call, one message at a time.
/// </summary>
internal sealed class FrameSerializer(int? maxMessageSize, ICompressionProvider? compression, CompressionLevel? level)
    : SerializationContext, IBufferWriter<byte>
{
    // Frames up to this size may be gathered first: one copy costs less than asking a response's pipe for memory.
    private const int SmallFrame = 512;

    // Most messages are serialized at one go, and nobody needs their thread's serializer meanwhile. Should a serializer make a
    // call itself, that one gets another.
    [ThreadStatic]
    private static FrameSerializer? _spare;

    private int? _maxMessageSize = maxMessageSize;
    private ICompressionProvider? _compression = compression;
    private CompressionLevel? _level = level;
    private IBufferWriter<byte>? _output;
    private PooledBufferWriter? _staging;
    private PooledBufferWriter? _large;
    private byte[]? _small;
    private Memory<byte> _reserved;
    private int? _announced;
    private int _written;
    private bool _gather;
    private bool _gathered;
    private bool _compress;
    private bool _completed;

    /// <summary>One to be given back before anything is awaited; after a failure it need not be.</summary>
    public static FrameSerializer Rent(int? maxMessageSize, ICompressionProvider? compression, CompressionLevel? level)
    {
        if (_spare is not { } one)
            return new FrameSerializer(maxMessageSize, compression, level);
        _spare = null;
        (one._maxMessageSize, one._compression, one._level) = (maxMessageSize, compression, level);
        return one;
    }

    public void Return() => _spare = this;

    /// <summary>Writes the message to the output.</summary>
    public void Serialize<T>(T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> output, bool mayCompress) =>
        Run(message, serializer, output, mayCompress);

    /// <summary>The message as a frame, to be written before the next one is serialized; empty if the output has it already.</summary>
    public ReadOnlyMemory<byte> Gather<T>(T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> output, bool mayCompress)
    {
        _gather = true;
        return Run(message, serializer, output, mayCompress);
    }

    /// <summary>The message as a frame: a small one as an array, another in a buffer that the caller resets.</summary>
    public byte[]? ToFrame<T>(T message, Action<T, SerializationContext> serializer, bool mayCompress, out PooledBufferWriter? large)
    {
        PooledBufferWriter output = _large ?? new PooledBufferWriter();
        _large = null;
        ReadOnlyMemory<byte> small;
        try
        {
            small = Gather(message, serializer, output, mayCompress);
        }
        catch
        {
            output.Reset();
            throw;
        }
        if (small.IsEmpty)
        {
            large = output;
            return null;
        }
        large = null;
        _large = output;
        return small.ToArray();
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ThrowIfTooLarge(payloadLength);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_compress || _announced is not { } length)
            return _staging ??= new PooledBufferWriter();
        if (_reserved.IsEmpty)
        {
            int size = FrameHeader.Size + length;
            _gathered = _gather && size <= SmallFrame;
            _reserved = (_gathered ? _small ??= new byte[SmallFrame] : _output!.GetMemory(size))[..size];
        }
        return this;
    }

    public override void Complete(byte[] payload)
    {
        ThrowIfTooLarge(payload.Length);
        WriteFrame(payload);
    }

    public override void Complete()
    {
        if (_reserved.IsEmpty)
        {
            ReadOnlySpan<byte> staged = _staging is null ? default : _staging.Written.Span;
            ThrowIfTooLarge(staged.Length);
            WriteFrame(staged);
            return;
        }
        if (_written != _announced)
            throw new InvalidOperationException($"The serializer announced {_announced} bytes and wrote {_written}.");
        FrameHeader.Write(_reserved.Span, compressed: false, _written);
        if (!_gathered)
            _output!.Advance(_reserved.Length);
        _completed = true;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_announced!.Value - _written), nameof(count));
        _written += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => Rest(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Rest(sizeHint).Span;

    private ReadOnlyMemory<byte> Run<T>(T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> output, bool mayCompress)
    {
        _output = output;
        _compress = mayCompress && _compression is not null;
        try
        {
            serializer(message, this);
            if (!_completed)
                throw new InvalidOperationException("The serializer did not complete the message.");
            return _gathered ? _reserved : default;
        }
        finally
        {
            _staging?.Reset();
            _output = null;
            _reserved = default;
            _announced = null;
            _written = 0;
            _gather = false;
            _gathered = false;
            _completed = false;
        }
    }

    private Memory<byte> Rest(int sizeHint)
    {
        Memory<byte> rest = _reserved[(FrameHeader.Size + _written)..];
        if (rest.Length < Math.Max(sizeHint, 1))
            throw new InvalidOperationException($"The serializer announced {_announced} bytes and writes more.");
        return rest;
    }

    private void WriteFrame(ReadOnlySpan<byte> payload)
    {
        if (_completed)
            throw new InvalidOperationException("The serializer completed the message twice.");
        if (_compress)
            WriteCompressed(payload);
        else
            Emit(payload, compressed: false);
        _completed = true;
    }

    private void WriteCompressed(ReadOnlySpan<byte> payload)
    {
        var compressed = new PooledBufferWriter();
        try
        {
            using (Stream stream = _compression!.CreateCompressionStream(new BufferWriterStream(compressed), _level))
                stream.Write(payload);
            Emit(compressed.Written.Span, compressed: true);
        }
        finally
        {
            compressed.Reset();
        }
    }

    private void Emit(ReadOnlySpan<byte> payload, bool compressed)
    {
        FrameHeader.Write(_output!.GetSpan(FrameHeader.Size), compressed, payload.Length);
        _output.Advance(FrameHeader.Size);
        _output.Write(payload);
    }

    private void ThrowIfTooLarge(int length)
    {
        if (length > _maxMessageSize)
            throw FramingErrors.SendTooLarge();
    }
}
