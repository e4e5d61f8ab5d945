using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Router.Feedback;

/// <summary>Takes what callers say of their answers, whichever router answered, and stores it.</summary>
internal sealed partial class FeedbackDesk(IGrainFactory grains, ICatalogueSource catalogue, TimeProvider time, ILogger<FeedbackDesk> log)
{
    /// <summary>Of what a client can wait for, and longer than Orleans'.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Of the parts of what is stored, asked at once.</summary>
    private const int AtOnce = 16;

    /// <param name="id">Of the request, or of its answer over HTTP, which has its kind before it.</param>
    /// <param name="good">Or bad.</param>
    /// <param name="expert">Who should have answered; empty: not said.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RequestFailedException">A field is wrong, nobody remembers the request, or it can't be stored now.</exception>
    public async Task GiveAsync(string id, bool good, string expert, CancellationToken cancellation)
    {
        string key = KeyOf(id);
        CheckExpert(expert);
        var asked = await AskAsync(() => JudgeAsync(key, good), cancellation)
            ?? throw new RequestFailedException(new Failure(
                FailureKind.NotFound, $"request_id: no router remembers this request; each remembers its own for {AskedRequests.Longest.TotalMinutes:0} minutes at most", "request_id"));
        var entry = asked with { AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Expert = expert };
        await AskAsync(async () =>
        {
            await grains.GetGrain<IFeedbackGrain>(FeedbackKey.Of(key)).AddAsync(entry);
            return true;
        }, cancellation);
    }

    /// <summary>All that is stored, the newest first.</summary>
    /// <exception cref="RequestFailedException">It can't be read now.</exception>
    public async Task<IReadOnlyList<FeedbackEntry>> ListAsync(CancellationToken cancellation)
    {
        List<FeedbackEntry> all = [];
        foreach (int[] parts in Enumerable.Range(0, FeedbackKey.Parts).Chunk(AtOnce))
        {
            var lists = await AskAsync(() => Task.WhenAll(parts.Select(p => grains.GetGrain<IFeedbackGrain>(FeedbackKey.Of(p)).ListAsync())), cancellation);
            all.AddRange(lists.SelectMany(l => l));
        }

        return [.. all.OrderByDescending(e => e.AtUnixMs).ThenBy(e => e.RequestId, StringComparer.Ordinal)];
    }

    /// <summary>A router that is gone takes what it remembers with it.</summary>
    private async Task<FeedbackEntry?> JudgeAsync(string key, bool good)
    {
        try
        {
            return await grains.GetGrain<IAskedGrain>(RequestKey.RouterOf(key)).JudgeAsync(key, good);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            LogUnreachable(log, OneLine.Of(error));
            return null;
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().WaitAsync(Patience, time, cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException or RequestFailedException))
        {
            LogUnreachable(log, OneLine.Of(error));
            throw new RequestFailedException(FailureKind.Unavailable, "feedback can't be stored or read now: no host has joined, or the cluster's store does not answer; try again");
        }
    }

    private static string KeyOf(string id)
    {
        string key = id[(id.LastIndexOf('-') + 1)..];
        return RequestKey.IsWellFormed(key) ? key
            : throw new RequestFailedException(Failure.Invalid("request_id", $"request_id is none that an answer had: {RequestKey.Length} hexadecimal digits, with or without what stands before them"));
    }

    private void CheckExpert(string expert)
    {
        if (expert.Length > 0 && !catalogue.Current.HasExpert(expert))
        {
            throw new RequestFailedException(Failure.Invalid("expert", $"expert: there is no expert or base \"{RequestLimits.Shorten(expert)}\""));
        }
    }

    [LoggerMessage(3301, LogLevel.Debug, "Feedback can't be stored or read: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string reason);
}
