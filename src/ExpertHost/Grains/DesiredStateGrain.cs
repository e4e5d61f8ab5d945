using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Storage;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>Holds the desired state, makes its changes one after the other, and stores each before it counts.</summary>
internal sealed partial class DesiredStateGrain(
    [PersistentState("desired", GrainStores.Cluster)] IPersistentState<StoredDesiredState> stored,
    ICatalogueSource catalogue,
    TimeProvider time,
    ILogger<DesiredStateGrain> log) : Grain, IDesiredStateGrain
{
    /// <summary>How long a change waits for a catalogue that a router has already, and this host will have in a moment.</summary>
    private static readonly TimeSpan CataloguePatience = TimeSpan.FromSeconds(5);

    private DesiredState _state = DesiredState.Empty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // One that can't be read is not taken for an empty one: the next change would write over it.
        _state = stored.RecordExists && stored.State.Document.Length > 0 ? DesiredStateJson.ReadState(stored.State.Document) : DesiredState.Empty;
        return Task.CompletedTask;
    }

    public Task<DesiredDocument> GetAsync(long known) => Task.FromResult(new DesiredDocument
    {
        Version = _state.Version,
        Document = known == _state.Version ? null : DesiredStateJson.Write(_state),
    });

    public async Task<DesiredOutcome> ChangeAsync(string change)
    {
        try
        {
            var request = DesiredStateJson.ReadChange(change);
            var next = await MakeAsync(request);
            await StoreAsync(next);
            _state = next;
            var made = next.Changes[^1];
            LogChanged(log, next.Version, made.By, made.What, made.Subject, made.Details);
            return new DesiredOutcome { Version = next.Version };
        }
        catch (RequestFailedException error)
        {
            return Refused(error.Failure);
        }
        catch (CatalogueException error)
        {
            return Refused(Failure.Invalid("change", error.Message));
        }
    }

    /// <summary>
    /// What is served decides what is promoted and rolled back. Whoever was told that a canary is served was told by a router, which may know of it before this host does.
    /// </summary>
    private async Task<DesiredState> MakeAsync(ChangeRequest request)
    {
        try
        {
            return Make();
        }
        catch (RequestFailedException early) when (
            early.Failure.Kind == FailureKind.Conflict && request.Change is PromoteExpert or RollBackExpert or PromoteGate && catalogue.Current.DesiredVersion < _state.Version)
        {
            using var patience = new CancellationTokenSource(CataloguePatience, time);
            try
            {
                await catalogue.UntilAsync(current => current.DesiredVersion >= _state.Version, patience.Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                // It is not being prepared, or that takes longer: judged by what there is.
            }

            return Make();
        }

        DesiredState Make() => DesiredStateEditor.Change(_state, request, catalogue.Current, time.GetUtcNow());
    }

    private async Task StoreAsync(DesiredState next)
    {
        string before = stored.State.Document;
        try
        {
            stored.State.Document = DesiredStateJson.Write(next);
            await stored.WriteStateAsync();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whether it was written is not known: the next activation reads what is there.
            stored.State.Document = before;
            LogNotStored(log, OneLine.Of(error));
            DeactivateOnIdle();
            throw new RequestFailedException(FailureKind.Unavailable, "the change could not be stored, the cluster's store does not answer: try again");
        }
    }

    private static DesiredOutcome Refused(Failure failure) => new() { FailureKind = failure.Kind.ToString(), Message = failure.Message, Field = failure.Field };

    [LoggerMessage(2401, LogLevel.Information, "Desired state {Version}: {By} asks to {What} {Subject} {Details}")]
    private static partial void LogChanged(ILogger log, long version, string by, string what, string subject, string details);

    [LoggerMessage(2402, LogLevel.Error, "The desired state could not be stored: {Reason}")]
    private static partial void LogNotStored(ILogger log, string reason);
}

/// <summary>The desired state as it lies in the store: a document of our own, whatever the store makes of records.</summary>
[GenerateSerializer]
[Alias("expertcluster.StoredDesiredState")]
internal sealed class StoredDesiredState
{
    [Id(0)]
    public string Document { get; set; } = "";
}
