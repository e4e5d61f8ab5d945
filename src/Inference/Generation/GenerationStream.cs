using System.Threading.Channels;

namespace ExpertCluster.Inference.Generation;

/// <summary>
/// The output of one sequence, for one reader. It ends after the entry whose <see cref="GeneratedToken.Finish"/> is
/// set, or with an <see cref="Errors.InferenceException"/> or <see cref="OperationCanceledException"/>. Disposing it, or
/// leaving its enumeration early, cancels the sequence.
/// </summary>
public sealed class GenerationStream : IAsyncEnumerable<GeneratedToken>, IAsyncDisposable
{
    private readonly Channel<GeneratedToken> _channel;
    private readonly int _capacity;
    private Action? _roomMade;
    private Action? _abandoned;
    private int _unread;
    private int _completionTokens;
    private int _cachedTokens;
    private int _enumerated;

    internal GenerationStream(int promptTokens, int capacity)
    {
        PromptTokens = promptTokens;
        _capacity = capacity;
        _channel = Channel.CreateBounded<GeneratedToken>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>Tokens generated so far, an end token included.</summary>
    public int CompletionTokens => Volatile.Read(ref _completionTokens);

    /// <summary>Tokens of the prompt that the prefix cache had; final once the first entry is there.</summary>
    public int CachedTokens
    {
        get => Volatile.Read(ref _cachedTokens);
        internal set => Volatile.Write(ref _cachedTokens, value);
    }

    /// <summary>Entries that can be written before the reader has to read.</summary>
    internal int Room => _capacity - Volatile.Read(ref _unread);

    /// <summary>Whether the reader has to read before the sequence can go on.</summary>
    internal bool IsFull => Room <= 0;

    /// <summary>Takes an entry that is there already, so that a caller can send several at once.</summary>
    public bool TryRead(out GeneratedToken token)
    {
        if (!_channel.Reader.TryRead(out token))
        {
            return false;
        }

        if (Interlocked.Decrement(ref _unread) == _capacity - 1)
        {
            _roomMade?.Invoke();
        }

        return true;
    }

    /// <summary>True when there is an entry to read, false at the end.</summary>
    /// <exception cref="Errors.InferenceException">The sequence failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerator<GeneratedToken> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _enumerated, 1) == 1)
        {
            throw new InvalidOperationException("a generation stream is read once");
        }

        return ReadAll(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _abandoned?.Invoke();
        return ValueTask.CompletedTask;
    }

    /// <summary>roomMade: the full buffer has a place again. abandoned: the reader is gone (also called after the end).</summary>
    internal void Connect(Action roomMade, Action abandoned) => (_roomMade, _abandoned) = (roomMade, abandoned);

    /// <summary>For the loop alone, which has seen <see cref="IsFull"/> false.</summary>
    internal void Write(GeneratedToken token, int completionTokens)
    {
        Volatile.Write(ref _completionTokens, completionTokens);
        Interlocked.Increment(ref _unread);
        // False only after a cancellation completed the channel from outside: then nobody reads on.
        _channel.Writer.TryWrite(token);
    }

    internal void Complete(Exception? error) => _channel.Writer.TryComplete(error);

    private async IAsyncEnumerator<GeneratedToken> ReadAll(CancellationToken cancellationToken)
    {
        try
        {
            while (await WaitToReadAsync(cancellationToken))
            {
                while (TryRead(out var token))
                {
                    yield return token;
                }
            }
        }
        finally
        {
            _abandoned?.Invoke();
        }
    }
}
