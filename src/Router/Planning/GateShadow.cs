using System.Threading.Channels;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Planning;

/// <summary>
/// Has the candidate for the gate score what the gate that plans scored, and compares whom they choose. Behind the requests: nobody waits for it, and what comes
/// while enough others wait is left out, and counted.
/// </summary>
internal sealed partial class GateShadow(RoutingStates states, GateBook book, RouterOptions options, ILogger<GateShadow> log) : BackgroundService
{
    /// <summary>Requests that wait.</summary>
    public const int MostWaiting = 256;

    /// <summary>UTF-16 units of all their texts.</summary>
    public const int MostText = 4 << 20;

    private readonly Channel<Copy> _copies = Channel.CreateBounded<Copy>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private int _text;

    /// <summary>Returns at once.</summary>
    /// <param name="revision">The candidate's.</param>
    /// <param name="turns">What the gate read, the newest first.</param>
    /// <param name="choice">Whom it chose.</param>
    public void Offer(string revision, string[] turns, string choice)
    {
        int length = turns.Sum(t => t.Length);
        if (Interlocked.Add(ref _text, length) > MostText || !_copies.Writer.TryWrite(new Copy(revision, turns, choice, length)))
        {
            Interlocked.Add(ref _text, -length);
            book.Dropped(revision);
        }
    }

    /// <summary>Scores all that waits.</summary>
    internal void Work()
    {
        while (_copies.Reader.TryRead(out var copy))
        {
            Interlocked.Add(ref _text, -copy.Length);
            var state = states.Enter();
            try
            {
                // Another candidate has come, or none is left: nobody asks any more.
                if (state.Value.Candidate is { } candidate && candidate.Revision == copy.Revision)
                {
                    book.Compare(copy.Revision, ConversationScores.Of(candidate.Gate.Score, copy.Turns).Choice(options.GateFloor) == copy.Choice);
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                book.Failed(copy.Revision);
                LogFailed(log, OneLine.Of(error));
            }
            finally
            {
                state.Leave();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _copies.Reader.WaitToReadAsync(stoppingToken))
            {
                Work();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody asks any more.
        }
    }

    [LoggerMessage(3403, LogLevel.Debug, "The candidate for the gate failed at the copy of a request: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);

    private sealed record Copy(string Revision, string[] Turns, string Choice, int Length);
}
