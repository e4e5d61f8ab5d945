using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// Takes requests that another host was lost over one at a time, whichever router they come from: where this host is lost too, its routers know over which. Ordinary
/// requests go on beside them.
/// </summary>
internal sealed class SuspectTurns(TimeProvider time) : IDisposable
{
    /// <summary>Requests that wait for their turn. All that a lost host had given no token of may come at once.</summary>
    private const int Most = 1024;

    /// <summary>How long headers have to leave this process, before anything is done that may end it.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a turn lasts for the first token, once the text is read.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <summary>Waits, and sends the headers that say that the turn has come.</summary>
    /// <exception cref="RequestRefusedException">UNAVAILABLE: too many wait.</exception>
    public async Task<Turn> TakeAsync(ServerCallContext context)
    {
        if (Interlocked.Increment(ref _waiting) > Most)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RequestRefusedException(StatusCode.Unavailable, "too many requests that hosts were lost over wait here; ask another host");
        }

        try
        {
            await _turn.WaitAsync(context.CancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        var turn = new Turn(_turn, time);
        try
        {
            await context.WriteResponseHeadersAsync([]);
            await Task.Delay(Notice, time, context.CancellationToken);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Disposing it lets the next one begin.</summary>
    internal sealed class Turn(SemaphoreSlim turns, TimeProvider time) : IDisposable
    {
        private SemaphoreSlim? _turns = turns;

        /// <summary>Waits for the first token, as long as a turn lasts, and ends the turn.</summary>
        /// <param name="first">Ends with the first token.</param>
        /// <param name="isFull">Whether it has to wait for others to end: that says nothing of it.</param>
        /// <returns>Whether the first token is there, or there will be none.</returns>
        public async Task<bool> EndAsync(Task first, bool isFull)
        {
            if (!isFull)
            {
                await Task.WhenAny(first, Task.Delay(Patience, time));
            }

            Dispose();
            return first.IsCompleted;
        }

        public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Release();
    }
}
