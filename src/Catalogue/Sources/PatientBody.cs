using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>What a server sends: ends when no byte comes for too long, or too many come; a broken line is an error like others.</summary>
internal sealed class PatientBody(Stream inner, string what, TimeSpan patience, long most, TimeProvider time) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stalled = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            int read = await inner.ReadAsync(buffer, either.Token);
            _read += read;
            return _read <= most ? read : throw new ContentException($"{what}: the server sends more than {most} bytes");
        }
        catch (OperationCanceledException error) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ContentException($"{what}: the server sent nothing for {patience.TotalSeconds:0} s", error) { RetryHelps = true };
        }
        catch (IOException error)
        {
            throw new ContentException($"{what}: the connection broke after {_read} bytes", error) { RetryHelps = true };
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For readers of XML that know no other way.</summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
