using System.Buffers;
using Grpc.Core;

namespace ExpertCluster.Node.Transport;

/// <summary>What unpacks one message, up to a number of bytes. Its errors are gRPC's, for caller or server to pass on as they are.</summary>
/// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is longer; INTERNAL: it is damaged.</exception>
internal sealed class BoundedStream(Stream inner, int mostBytes) : Stream
{
    // Below the size at which arrays are never moved, and so are collected late.
    private const int ChunkSize = 64 * 1024;

    private int _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = inner.Read(buffer);
        }
        // What unpacks reads from memory: its own library's error is an IOException too, of a type that nobody else may name.
        catch (Exception damage) when (damage is InvalidDataException or IOException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The compressed message is damaged."));
        }

        _read += read;
        return _read <= mostBytes
            ? read
            : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The message unpacks to more than {mostBytes} bytes."));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>
    /// The way that gRPC takes, into memory that grows by doubling. So the message is gathered in lent arrays first: one over
    /// the limit costs no memory of its own, and one under it exactly its length.
    /// </summary>
    public override void CopyTo(Stream destination, int bufferSize)
    {
        ArgumentNullException.ThrowIfNull(destination);
        List<byte[]> chunks = [];
        try
        {
            int last;
            do
            {
                chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkSize));
                last = ReadAtLeast(chunks[^1].AsSpan(0, ChunkSize), ChunkSize, throwOnEndOfStream: false);
            }
            while (last == ChunkSize);

            if (destination is MemoryStream memory)
            {
                memory.Capacity = Math.Max(memory.Capacity, _read);
            }

            foreach (byte[] chunk in chunks)
            {
                destination.Write(chunk, 0, ReferenceEquals(chunk, chunks[^1]) ? last : ChunkSize);
            }
        }
        finally
        {
            chunks.ForEach(chunk => ArrayPool<byte>.Shared.Return(chunk));
        }
    }

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
