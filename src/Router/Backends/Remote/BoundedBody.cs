using System.Text;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>The body of a remote answer, as it comes, within bounds: so many bytes, lines no longer than that, UTF-8 and nothing else.</summary>
internal sealed class BoundedBody(Stream body) : Stream
{
    public const int LongestLine = 1 << 20;
    public const long MostBytes = 64L << 20;

    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    /// <summary>How lines begin, blanks aside: parsers of chunks pass over an error in place of one.</summary>
    private readonly byte[] _beginning = new byte[ErrorLine.Length];
    private int _begun;
    private long _bytes;
    private int _line;

    private static ReadOnlySpan<byte> ErrorLine => "data:{\"error\""u8;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="RemoteException">A bound is passed, or it is not UTF-8.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..read], isEnd: read == 0);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = body.Read(buffer, offset, count);
        Check(buffer.AsSpan(offset, read), isEnd: read == 0);
        return read;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckBeginning(ReadOnlySpan<byte> line)
    {
        for (int i = 0; i < line.Length && _begun < _beginning.Length; i++)
        {
            if (line[i] != (byte)' ')
            {
                _beginning[_begun++] = line[i];
                if (_begun == _beginning.Length && _beginning.AsSpan().SequenceEqual(ErrorLine))
                {
                    throw RemoteFailures.Unreadable("said within its answer that it failed");
                }
            }
        }
    }

    private void Check(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        if ((_bytes += bytes.Length) > MostBytes)
        {
            throw RemoteFailures.Unreadable($"gave more than {MostBytes >> 20} MiB");
        }

        for (var rest = bytes; ;)
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            CheckBeginning(end < 0 ? rest : rest[..end]);
            _line += end < 0 ? rest.Length : end;
            if (_line > LongestLine)
            {
                throw RemoteFailures.Unreadable($"gave a line of more than {LongestLine >> 20} MiB");
            }

            if (end < 0)
            {
                break;
            }

            (_line, _begun) = (0, 0);
            rest = rest[(end + 1)..];
        }

        try
        {
            Span<char> characters = stackalloc char[256];
            for (bool isDone = false; !isDone;)
            {
                _decoder.Convert(bytes, characters, flush: isEnd, out int used, out _, out isDone);
                bytes = bytes[used..];
            }
        }
        catch (DecoderFallbackException)
        {
            throw RemoteFailures.Unreadable("gave what is not UTF-8");
        }
    }
}
