using System.Security.Cryptography;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>A file that a test offers to the store, and how often the store opened it.</summary>
internal sealed class Content
{
    private int _opened;

    public Content(int bytes, int seed = 1)
    {
        Bytes = new byte[bytes];
        new Random(seed).NextBytes(Bytes);
    }

    public byte[] Bytes { get; }

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public int Opened => _opened;

    public List<ContentStart> Starts { get; } = [];

    /// <summary>What the next ask gets instead of all of it, by the place where it begins.</summary>
    public Func<ContentStart, CancellationToken, Task<ContentBody>>? Instead { get; set; }

    public string? Validator { get; set; } = "\"1\"";

    public ContentAsk Ask(bool known = true, bool sized = true, string? key = null) => new()
    {
        What = $"test://{key ?? Sha256[..8]}",
        Key = key ?? Sha256,
        Sha256 = known ? Sha256 : null,
        Bytes = sized ? Bytes.Length : null,
        MaxBytes = 1 << 30,
        Open = OpenAsync,
    };

    /// <summary>All from a place on, or the first of it and then what a broken line does.</summary>
    public ContentBody From(long offset, int count = int.MaxValue)
    {
        byte[] part = [.. Bytes.Skip((int)offset).Take(count)];
        return new ContentBody(new BreakingStream(part, breaks: offset + part.Length < Bytes.Length), null, offset, Bytes.Length, Validator);
    }

    private Task<ContentBody> OpenAsync(ContentStart start, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _opened);
        lock (Starts)
        {
            Starts.Add(start);
        }

        return Instead is { } instead ? instead(start, cancellation) : Task.FromResult(From(start.Offset));
    }

    private sealed class BreakingStream(byte[] bytes, bool breaks) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            breaks && Position == Length
                ? throw new ContentException("the line broke") { RetryHelps = true }
                : base.ReadAsync(buffer, cancellationToken);
    }
}
