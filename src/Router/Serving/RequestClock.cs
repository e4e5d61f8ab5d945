namespace ExpertCluster.Router.Serving;

/// <summary>When a request is over: its caller leaves, or its deadline passes.</summary>
internal sealed class RequestClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _either;

    /// <param name="deadline">The caller's, UTC; <see cref="DateTime.MaxValue"/> where it named none.</param>
    /// <param name="longest">What a request gets at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Cancelled when the caller leaves.</param>
    public RequestClock(DateTime deadline, TimeSpan longest, TimeProvider time, CancellationToken caller)
    {
        _time = time;
        var now = time.GetUtcNow().UtcDateTime;
        Deadline = deadline - now < longest ? deadline : now + longest;
        _late = new CancellationTokenSource(Deadline > now ? Deadline - now : TimeSpan.Zero, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, caller);
        Token = _either.Token;
    }

    /// <summary>UTC.</summary>
    public DateTime Deadline { get; }

    public CancellationToken Token { get; }

    /// <summary>Whether the deadline has passed; a server, a client and this one may notice it in any order.</summary>
    public bool IsLate => _late.IsCancellationRequested || _time.GetUtcNow().UtcDateTime >= Deadline;

    public void Dispose()
    {
        _either.Dispose();
        _late.Dispose();
    }
}
