using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Merging;

namespace ExpertCluster.Router.Planning;

/// <summary>
/// Checks a request once, whatever API it came by, before it is admitted, scored or sent: sizes and ranges
/// (<see cref="RequestLimits"/>), then the names that it uses.
/// </summary>
internal sealed class RequestCheck(PolicySet<IMergePolicy> merges)
{
    /// <summary>The first thing wrong, which names the field and the limit; null: nothing.</summary>
    public Failure? Find(CompletionRequest request, RoutingCatalogue catalogue) =>
        RequestLimits.Check(request) ?? FindName(request, catalogue);

    /// <summary>The first name that is none of this catalogue's, or that contradicts another; null: none. Sizes and ranges aside.</summary>
    public Failure? FindName(CompletionRequest request, RoutingCatalogue catalogue) =>
        CheckNames(request, catalogue) ?? CheckMerge(request.Merge, catalogue) ?? CheckRouting(request.Routing, catalogue);

    private static Failure? CheckNames(CompletionRequest request, RoutingCatalogue catalogue)
    {
        if (request.IsAuto)
        {
            return null;
        }

        return catalogue.Find(request.Model) is null ? Unknown("model", request.Model, catalogue)
            : request.Merge.Experts.Count > 0 ? Failure.Invalid("merge.experts", "merge.experts is given beside a model by name; it needs model \"auto\"")
            : null;
    }

    private Failure? CheckMerge(MergeWish merge, RoutingCatalogue catalogue)
    {
        if (merge.Name is { } name && merges.Find(name) is null)
        {
            return Failure.Invalid("merge.mode", $"merge.mode is \"{RequestLimits.Shorten(name)}\"; known are {string.Join(", ", merges.Names)}");
        }

        if (merge is { GeneralistWeight: not null, Name: not FusionPolicy.Fusion })
        {
            return Failure.Invalid("merge.generalist_weight", $"merge.generalist_weight is given without the merge {FusionPolicy.Fusion}, which it is of");
        }

        if (merge.Hysteresis > 0 && (merge.Scope is MergeScope.Request || merge.Name is not (null or RoutePolicy.Route or FusionPolicy.Fusion)))
        {
            return Failure.Invalid("merge.hysteresis", $"merge.hysteresis is given where no token chooses one expert; it is of {RoutePolicy.Route} and {FusionPolicy.Fusion} at token scope");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var (expert, _) in merge.Experts)
        {
            if (catalogue.Find(expert) is null)
            {
                return Unknown("merge.experts", expert, catalogue);
            }

            if (!seen.Add(expert))
            {
                return Failure.Invalid("merge.experts", $"merge.experts names \"{RequestLimits.Shorten(expert)}\" twice");
            }
        }

        return null;
    }

    /// <summary>A name that is wrong would let somebody answer whom the caller does not want, or nobody.</summary>
    private static Failure? CheckRouting(RoutingWish routing, RoutingCatalogue catalogue) =>
        routing.Allow.FirstOrDefault(name => catalogue.Find(name) is null) is { } allowed ? Unknown("routing.allow", allowed, catalogue)
        : routing.Deny.FirstOrDefault(name => catalogue.Find(name) is null) is { } denied ? Unknown("routing.deny", denied, catalogue)
        : null;

    private static Failure Unknown(string field, string name, RoutingCatalogue catalogue) => catalogue.IsEncoder(name)
        ? Failure.Invalid(field, $"{field}: \"{name}\" is an encoder, which reads texts for /v1/embeddings, /score and /rerank, and writes none")
        : new(FailureKind.UnknownModel, $"{field}: there is no expert or base \"{RequestLimits.Shorten(name)}\"", field);
}
