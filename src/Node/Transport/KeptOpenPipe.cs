using System.IO.Pipelines;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// A transport whose ends the layers above can't close, so that it can still be read when they have finished. Its owner,
/// the connection, closes it when it goes.
/// </summary>
/// <param name="inner">The transport.</param>
/// <param name="onFirstBytes">Called once, when the first bytes have been taken in.</param>
internal sealed class KeptOpenPipe(IDuplexPipe inner, Action onFirstBytes) : IDuplexPipe
{
    public PipeReader Input { get; } = new Reader(inner.Input, onFirstBytes);

    public PipeWriter Output { get; } = new Writer(inner.Output);

    private sealed class Reader(PipeReader inner, Action onFirstBytes) : PipeReader
    {
        private bool _begun;

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override void AdvanceTo(SequencePosition consumed)
        {
            inner.AdvanceTo(consumed);
            Begin();
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            inner.AdvanceTo(consumed, examined);
            Begin();
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
        }

        private void Begin()
        {
            if (!_begun)
            {
                _begun = true;
                onFirstBytes();
            }
        }
    }

    private sealed class Writer(PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
