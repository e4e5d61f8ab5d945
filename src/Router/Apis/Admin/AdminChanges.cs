using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Discovery;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Changes of the desired state, over gRPC and HTTP alike.</summary>
internal sealed class AdminChanges(DesiredStates desired, ICatalogueSource catalogue, HostDirectory hosts, TimeProvider time)
{
    private const int MostWaitSeconds = 600;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public Task<ChangeResponse> ApplyAsync(ApplyExpertRequest request, string by, CancellationToken cancellation)
    {
        var spec = request.Expert ?? throw new RequestFailedException(Failure.Invalid("expert", "expert is missing"));
        return ChangeAsync(
            new ApplyExpert(new Catalogue.Desired.ExpertSpec
            {
                Name = spec.Name,
                Base = spec.Base,
                Adapter = spec.Adapter.Length > 0 ? spec.Adapter : null,
                Description = spec.Description,
                Examples = [.. spec.Examples],
                Keywords = [.. spec.Keywords],
                Replicas = spec.HasReplicas ? spec.Replicas : Catalogue.Desired.ExpertSpec.DefaultReplicas,
                MaxReplicas = spec.HasMaxReplicas ? spec.MaxReplicas : Catalogue.Desired.ExpertSpec.DefaultMaxReplicas,
                Hosts = [.. spec.Hosts],
                Labels = [.. spec.Labels],
                Pinned = spec.Pinned,
                Canary = spec.Canary is { } canary ? new(canary.Adapter, canary.HasPercent ? canary.Percent : 0) : null,
                Shadow = spec.Shadow is { } shadow ? new(shadow.Adapter, shadow.HasPercent ? shadow.Percent : 100) : null,
            }),
            request.Options,
            by,
            cancellation);
    }

    public Task<ChangeResponse> RemoveAsync(RemoveExpertRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new RemoveExpert(request.Name), request.Options, by, cancellation);

    public Task<ChangeResponse> ScaleAsync(ScaleExpertRequest request, string by, CancellationToken cancellation) => ChangeAsync(
        new ScaleExpert(request.Name, request.HasReplicas ? request.Replicas : null, request.HasMaxReplicas ? request.MaxReplicas : null), request.Options, by, cancellation);

    public Task<ChangeResponse> PinAsync(PinExpertRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new PinExpert(request.Name, request.HasPinned ? request.Pinned : null, request.Hosts is { } names ? [.. names.Names] : null), request.Options, by, cancellation);

    public Task<ChangeResponse> PromoteAsync(PromoteExpertRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new PromoteExpert(request.Name), request.Options, by, cancellation);

    public Task<ChangeResponse> RollBackAsync(RollBackExpertRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new RollBackExpert(request.Name), request.Options, by, cancellation);

    public Task<ChangeResponse> ResetAsync(ResetExpertRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new ResetExpert(request.Name), request.Options, by, cancellation);

    public Task<ChangeResponse> DrainAsync(DrainHostRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new DrainHost(request.Name), request.Options, by, cancellation);

    public Task<ChangeResponse> ResumeAsync(ResumeHostRequest request, string by, CancellationToken cancellation) =>
        ChangeAsync(new ResumeHost(request.Name), request.Options, by, cancellation);

    /// <summary>Makes a change, and waits for it as long as the options say.</summary>
    public async Task<ChangeResponse> ChangeAsync(DesiredChange change, ChangeOptions? options, string by, CancellationToken cancellation)
    {
        options ??= new ChangeOptions();
        if (options.WaitSeconds is < 0 or > MostWaitSeconds)
        {
            throw new RequestFailedException(Failure.Invalid("wait_seconds", $"wait_seconds is {options.WaitSeconds}; it must be 0 to {MostWaitSeconds}"));
        }

        long version = await desired.ChangeAsync(new ChangeRequest(change, by, options.Reason, options.ExpectedVersion), cancellation);
        if (options.WaitSeconds > 0)
        {
            await WaitAsync(change, version, TimeSpan.FromSeconds(options.WaitSeconds), cancellation);
        }

        return new ChangeResponse
        {
            Version = version,
            Served = IsServed(change, version),
            Failure = FailureOf(change, version),
            Details = desired.Current.Changes.FindLast(c => c.Version == version)?.Details ?? "",
        };
    }

    private async Task WaitAsync(DesiredChange change, long version, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            if (change is not (DrainHost or ResumeHost))
            {
                await catalogue.UntilAsync(c => IsIn(c, change, version), either.Token);
                return;
            }

            // Hosts are told of by reports, which come every second.
            while (!IsServed(change, version))
            {
                await Task.Delay(Look, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is up: the caller is told how it stands.
        }
    }

    /// <summary>As this router sees it. A host that is not there has nothing to drain.</summary>
    private bool IsServed(DesiredChange change, long version) => change switch
    {
        DrainHost => hosts.Hosts.All(h => h.Name != change.Name || h.Draining),
        ResumeHost => hosts.Hosts.All(h => h.Name != change.Name || !h.Draining),
        _ => IsIn(catalogue.Current, change, version),
    };

    private static bool IsIn(CatalogueSnapshot snapshot, DesiredChange change, long version) =>
        snapshot.DesiredVersion >= version && change switch
        {
            ApplyExpert => !snapshot.Pending.Contains(change.Name),
            FitGate => snapshot.GateCandidate?.Since == version || FailureIn(snapshot, change) is not null,
            _ => true,
        };

    private string FailureOf(DesiredChange change, long version) =>
        catalogue.Current is var current && current.DesiredVersion >= version ? FailureIn(current, change) ?? "" : "";

    private static string? FailureIn(CatalogueSnapshot snapshot, DesiredChange change)
    {
        string? name = change switch { ApplyExpert => change.Name, FitGate => PreparedNames.GateCandidate, _ => null };
        return name is null ? null : snapshot.Failures.FirstOrDefault(f => f.Name == name)?.Reason;
    }
}
