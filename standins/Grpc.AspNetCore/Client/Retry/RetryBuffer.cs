namespace Grpc.Net.Client.Retry;

/// <summary>What the calls of a channel may keep for retries, in bytes; null: no limit.</summary>
internal sealed class RetryBuffer(long? limit, long? perCall)
{
    private long _held;

    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes room for more of a call that holds some; false: there is none.</summary>
    public bool TryHold(long held, long more)
    {
        if (held + more > perCall)
            return false;
        if (Interlocked.Add(ref _held, more) <= (limit ?? long.MaxValue))
            return true;
        Release(more);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
