using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Grpc.Framing;

/// <summary>
/// Reads a response's body into one pooled buffer. It holds the buffer while there is something in it, or, for a body that is
/// due at once (<paramref name="due"/>), while it waits; other bodies may idle, and hold nothing then.
/// </summary>
internal sealed class BodyReader(Stream body, bool due) : PipeReader
{
    private const int FirstSize = 4 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _examined;
    private int _end;
    private bool _completed;

    private ReadResult Held => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, _completed);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_examined < _end || _completed)
            return Held;
        if (!due && _start == _end)
            await body.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        MakeRoom();
        int read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _completed = read == 0;
        return Held;
    }

    public override bool TryRead(out ReadResult result)
    {
        result = Held;
        return _examined < _end || _completed;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = examined.GetInteger();
        if (_start == _end)
            GiveBack();
    }

    public override void CancelPendingRead() => throw new NotSupportedException("A call's token cancels its reads.");

    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        GiveBack();
    }

    // The buffer grows by what has come, not by what a prefix announces.
    private void MakeRoom()
    {
        int held = _end - _start;
        byte[] target = held < _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, 2 * held));
        _buffer.AsSpan(_start, held).CopyTo(target);
        if (target != _buffer)
            GiveBack();
        _buffer = target;
        _start = 0;
        _examined = _end = held;
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _examined = _end = 0;
    }
}
