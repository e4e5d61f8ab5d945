using System.Text.Json.Serialization;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>/v1/models: `auto`, every expert, base and encoder. An adapter's parent is its base; an expert that can't be used says why.</summary>
internal sealed class ModelEndpoints(ICatalogueSource catalogue, UnusableExperts unusable, HostDirectory hosts, RemoteEndpoints remotes, TimeProvider time)
{
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    public object List() => new { @object = "list", data = Cards().ToArray() };

    public async Task GetAsync(HttpContext http, string id)
    {
        if (Find(id) is { } card)
        {
            await http.Response.WriteAsJsonAsync(card, http.RequestAborted);
            return;
        }

        await OpenAiErrors.WriteAsync(http.Response, new Failure(FailureKind.UnknownModel, "the model does not exist", "model"));
    }

    private ModelCard? Find(string id) => id == CompletionRequest.Auto
        ? Auto()
        : catalogue.Current.FindExpert(id) is { } expert ? CardOf(expert)
        : catalogue.Current.FindRemote(id) is { } remote ? CardOf(remote)
        : catalogue.Current.FindEncoder(id) is { } encoder ? CardOf(encoder)
        : null;

    private IEnumerable<ModelCard> Cards() =>
        catalogue.Current.Experts.Select(CardOf)
            .Concat(catalogue.Current.Remotes.Select(CardOf))
            .Prepend(Auto())
            .Concat(catalogue.Current.Encoders.Select(CardOf));

    private ModelCard Auto() => new(CompletionRequest.Auto, "model", _created, "expert-cluster", CompletionRequest.Auto, null, null);

    private ModelCard CardOf(PreparedExpert expert) =>
        new(expert.Name, "model", _created, "expert-cluster", expert.Name, expert.Name == expert.Base ? null : expert.Base, StateOf(expert));

    private ModelCard CardOf(PreparedRemote expert)
    {
        string? reason = remotes.ReasonOf(expert);
        return new(expert.Name, "model", _created, RemoteStream.Place, expert.Remote.Model, null, new ModelState(expert.Revision, reason is null ? "ready" : "unusable", reason));
    }

    /// <summary>Any host that has its labels opens it when it is asked for.</summary>
    private ModelCard CardOf(PreparedEncoder encoder) => new(encoder.Name, "model", _created, "expert-cluster", encoder.Name, null, new ModelState(
        encoder.Revision, hosts.Hosts.Any(h => !h.Draining && h.HasLabels(encoder.Labels)) ? "ready" : "waiting", null)
    {
        task = encoder.Task == EncoderTask.Embed ? "embed" : "score",
        max_tokens = encoder.MaxTokens,
    });

    private ModelState StateOf(PreparedExpert expert)
    {
        string? reason = unusable.ReasonOf(expert.Revision);
        string revision = Revisions.Of(catalogue.Current.BasesByName[expert.Base].Folder);
        return new ModelState(expert.Revision, reason is not null ? "unusable" : hosts.Hosts.Any(h => !h.Draining && h.HasBase(revision)) ? "ready" : "waiting", reason);
    }

#pragma warning disable SA1300, IDE1006 // The wire's names.
    private sealed record ModelCard(string id, string @object, long created, string owned_by, string root, string? parent, ModelState? expert_cluster);

    /// <param name="revision">Digest of its content.</param>
    /// <param name="state">ready; waiting, for a host that runs its base; unusable.</param>
    /// <param name="unavailable">Why it can't be used; null: it can.</param>
    private sealed record ModelState(string revision, string state, string? unavailable)
    {
        /// <summary>Of an encoder: embed or score. Null: it writes answers.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? task { get; init; }

        /// <summary>That an encoder reads.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? max_tokens { get; init; }
    }
#pragma warning restore SA1300, IDE1006
}
