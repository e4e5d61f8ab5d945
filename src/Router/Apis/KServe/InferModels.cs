using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Apis.Vllm;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Discovery;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>The models that there are, as KServe's clients see them: `auto`, every expert and every base, each with one version.</summary>
internal sealed class InferModels(ICatalogueSource catalogue, UnusableExperts unusable, HostDirectory hosts, RemoteEndpoints remotes, HealthCheckService health)
{
    public const string Server = "expert-cluster";
    public const string Platform = "expert_cluster";

    public static readonly string ServerVersion = ServerApi.Version;

    public static readonly string[] Extensions = ["generate", "model_repository", "binary_tensor_data"];

    /// <summary>Those that clients look for; any other field may be a tensor of one element, too.</summary>
    public static readonly InferTensor[] Inputs = [new(InferFields.Text, "BYTES"), new("stream", "BOOL"), new(InferFields.Sampling, "BYTES")];

    public static readonly InferTensor[] Outputs =
        [new(InferRequest.Text, "BYTES"), new(InferRequest.Finish, "BYTES"), new(InferRequest.TokensIn, "UINT32"), new(InferRequest.TokensOut, "UINT32")];

    public async Task<bool> IsReadyAsync(CancellationToken cancellation) =>
        (await health.CheckHealthAsync(check => check.Tags.Contains(NodeHealth.Readiness), cancellation)).Status == HealthStatus.Healthy;

    /// <exception cref="RequestFailedException">UnknownModel: there is none.</exception>
    public async Task<ModelStanding> StateAsync(string name, string version, CancellationToken cancellation)
    {
        InferRequest.CheckVersion(name, version);
        return name == CompletionRequest.Auto ? await AutoAsync(cancellation)
            : catalogue.Current.FindExpert(name) is { } expert ? StandingOf(expert)
            : catalogue.Current.FindRemote(name) is { } remote ? StandingOf(remote)
            : throw new RequestFailedException(FailureKind.UnknownModel, $"there is no model \"{RequestLimits.Shorten(name)}\"", "name");
    }

    public async Task<IEnumerable<ModelStanding>> ListAsync(bool isReadyAlone, CancellationToken cancellation) =>
        catalogue.Current.Experts.Select(StandingOf).Concat(catalogue.Current.Remotes.Select(StandingOf)).Prepend(await AutoAsync(cancellation)).Where(m => m.IsReady || !isReadyAlone);

    private async Task<ModelStanding> AutoAsync(CancellationToken cancellation) =>
        new(CompletionRequest.Auto, await IsReadyAsync(cancellation) ? "" : "the router is not ready");

    private ModelStanding StandingOf(PreparedRemote expert) => new(expert.Name, remotes.ReasonOf(expert) ?? "");

    private ModelStanding StandingOf(PreparedExpert expert)
    {
        string revision = Revisions.Of(catalogue.Current.BasesByName[expert.Base].Folder);
        return new(expert.Name, unusable.ReasonOf(expert.Revision) ?? (hosts.Hosts.Any(h => !h.Draining && h.HasBase(revision)) ? "" : "no host runs its base just now"));
    }
}

/// <summary>A tensor of one element.</summary>
internal sealed record InferTensor(string Name, string Type);

/// <summary>Whether a model can answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why it can't; empty: it can.</param>
internal sealed record ModelStanding(string Name, string Reason)
{
    public bool IsReady => Reason.Length == 0;

    public string State => IsReady ? "READY" : "UNAVAILABLE";
}
