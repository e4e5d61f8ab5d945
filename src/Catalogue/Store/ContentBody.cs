namespace ExpertCluster.Catalogue.Store;

/// <summary>Content on its way in. Its stream ends, or fails with a <see cref="ContentException"/> or an <see cref="IOException"/>.</summary>
/// <param name="stream">From <paramref name="offset"/> on.</param>
/// <param name="owner">Disposed of with it.</param>
/// <param name="offset">Where it really begins: what was asked for, or 0.</param>
/// <param name="bytes">Of the whole content, where the server says it.</param>
/// <param name="validator">A strong one, with which a later ask may go on.</param>
public sealed class ContentBody(Stream stream, IDisposable? owner, long offset, long? bytes, string? validator) : IAsyncDisposable
{
    public Stream Stream => stream;

    public long Offset => offset;

    public long? Bytes => bytes;

    public string? Validator => validator;

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        owner?.Dispose();
    }
}
