using System.Security.Cryptography;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// Brings one file in: 1. what an earlier fetch left is read again, for its digest; 2. the source is opened there, or at the start;
/// 3. bytes are written as they come, each step of them reserved first. What comes is never larger than it may be.
/// </summary>
/// <param name="ask">What is wanted.</param>
/// <param name="partial">Where it is written; nobody else writes there.</param>
/// <param name="reserve">Makes room for a size, for as much of another one as there may be, and notes the validator; says for what.</param>
internal sealed class ContentFetch(ContentAsk ask, PartialFile partial, Func<long, long, string?, long> reserve)
{
    /// <summary>How far ahead room is made where the size is not known.</summary>
    private const long Step = 16 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _written;
    private long _reserved;

    /// <returns>The digest of what lies at the partial file's path now.</returns>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var hash = _hash;

        // 1.
        string? validator = partial.Note.Validator;
        long had = validator is not null || ask.Sha256 is not null ? partial.Length : 0;
        if (had > (ask.Bytes ?? ask.MaxBytes))
        {
            had = 0;
        }

        if (had > 0)
        {
            await ContentHash.AppendFileAsync(hash, partial.DataPath, cancellation);
        }

        if (had == 0 || had != ask.Bytes)
        {
            await ReceiveAsync(had, validator, cancellation);
        }

        string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (ask.Sha256 is null || ask.Sha256 == digest)
        {
            return digest;
        }

        // Nothing to go on from. What an earlier fetch left may be the reason, the server's answer alone is not asked for twice.
        File.Delete(partial.DataPath);
        throw new ContentException($"{ask.What}: what came has the digest {digest} instead of {ask.Sha256}") { RetryHelps = had > 0 };
    }

    private async Task ReceiveAsync(long had, string? validator, CancellationToken cancellation)
    {
        // 2.
        await using var body = await ask.Open(new ContentStart(had, validator), cancellation);
        if (body.Offset == 0 && had > 0)
        {
            _hash.GetHashAndReset();
            had = 0;
        }

        if (body.Offset != had)
        {
            throw new ContentException($"{ask.What}: the server sent bytes from {body.Offset} on where those from {had} on were asked for");
        }

        if (had > 0 && ask.Sha256 is null && body.Validator != validator)
        {
            // A server that knows ranges and not If-Range: this may be the rest of something else.
            File.Delete(partial.DataPath);
            throw new ContentException($"{ask.What}: the content changed between two attempts") { RetryHelps = true };
        }

        long? bytes = ask.Bytes ?? body.Bytes;
        if (body.Bytes is { } said && ask.Bytes is { } expected && said != expected)
        {
            throw new ContentException($"{ask.What}: the server has {said} bytes of it; they should be {expected}");
        }

        if (bytes > ask.MaxBytes)
        {
            throw TooLarge();
        }

        // 3.
        _written = had;
        _reserved = reserve(bytes ?? had, bytes ?? had + Step, body.Validator);
        await using (var file = new FileStream(partial.DataPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            file.SetLength(had);
            file.Position = had;
            await CopyAsync(body, file, bytes, cancellation);
        }

        if (bytes is { } whole && _written < whole)
        {
            throw new ContentException($"{ask.What}: the server stopped after {_written} of {whole} bytes") { RetryHelps = true };
        }
    }

    private async Task CopyAsync(ContentBody body, FileStream file, long? bytes, CancellationToken cancellation)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(ContentHash.BufferBytes);
        for (int read; (read = await body.Stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (_written + read > (bytes ?? ask.MaxBytes))
            {
                throw bytes is null ? TooLarge() : new ContentException($"{ask.What}: the server sends more than the {bytes} bytes that it should be");
            }

            if (_written + read > _reserved)
            {
                _reserved = reserve(_written + read, Math.Min(_written + read + Step, ask.MaxBytes), body.Validator);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            _hash.AppendData(buffer, 0, read);
            _written += read;
        }
    }

    private ContentException TooLarge() => new($"{ask.What} has more than {ask.MaxBytes} bytes, the most that is read of a file");
}
