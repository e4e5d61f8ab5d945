using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Telemetry;
using Orleans;

namespace ExpertCluster.Router.Desired;

/// <summary>What the admin API wants, as this router read it last; changes go to the grain that stores them.</summary>
internal sealed partial class DesiredStates(IGrainFactory grains, ClusterJoin join, TimeProvider time, ILogger<DesiredStates> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Of what a client can wait for, and longer than Orleans'.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Seen _seen = new(DesiredState.Empty, -1);

    public DesiredState Current => _seen.State;

    /// <summary>Stores a change.</summary>
    /// <returns>The state's version with it.</returns>
    /// <exception cref="RequestFailedException">It was refused, or can't be stored now.</exception>
    public async Task<long> ChangeAsync(ChangeRequest request, CancellationToken cancellation)
    {
        DesiredOutcome outcome;
        try
        {
            outcome = await Grain.ChangeAsync(DesiredStateJson.Write(request)).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            LogUnreachable(log, OneLine.Of(error));
            throw new RequestFailedException(FailureKind.Unavailable, "the desired state can't be reached: no host has joined, or the cluster's store does not answer; try again");
        }

        if (outcome.Version == 0)
        {
            var kind = Enum.TryParse<FailureKind>(outcome.FailureKind, out var known) ? known : FailureKind.Internal;
            throw new RequestFailedException(new Failure(kind, outcome.Message, outcome.Field));
        }

        await ReadAsync(cancellation);
        return outcome.Version;
    }

    /// <summary>The state once it is newer than a version.</summary>
    public async Task<DesiredState> NewerAsync(long version, CancellationToken cancellation)
    {
        while (true)
        {
            var seen = _seen;
            if (seen.Version > version)
            {
                return seen.State;
            }

            await seen.Next.Task.WaitAsync(cancellation);
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await join.WhenJoinedAsync(stoppingToken);
            do
            {
                await ReadAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody looks any more.
        }
    }

    private IDesiredStateGrain Grain => grains.GetGrain<IDesiredStateGrain>(IDesiredStateGrain.Key);

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var read = await Grain.GetAsync(_seen.Version).WaitAsync(Patience, time, cancellation);
            if (read.Document is { } document)
            {
                var before = _seen;
                _seen = new Seen(DesiredStateJson.ReadState(document), read.Version);
                before.Next.TrySetResult();
            }
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            // Before the first host has joined there is no such grain; what is known stays.
            LogUnreachable(log, OneLine.Of(error));
        }
        finally
        {
            _reading.Release();
        }
    }

    [LoggerMessage(3101, LogLevel.Debug, "The desired state can't be reached: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string reason);

    private sealed record Seen(DesiredState State, long Version)
    {
        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
