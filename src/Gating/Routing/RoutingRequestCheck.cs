namespace ExpertCluster.Gating.Routing;

/// <summary>Checks a request against its limits and the catalogue.</summary>
internal static class RoutingRequestCheck
{
    /// <summary>The first thing wrong, or null.</summary>
    public static RoutingError? Find(RoutingRequest request, RoutingCatalogue catalogue, bool auto)
    {
        if (!auto && catalogue.Find(request.Model!) is null)
        {
            return Unknown("model", request.Model!);
        }

        if (!auto && request.Pinned.Count > 0)
        {
            return Invalid("merge.experts", "merge.experts is given beside a model by name; it needs model \"auto\"");
        }

        if (!Enum.IsDefined(request.Mode))
        {
            return Invalid("merge.mode", $"merge.mode is {(int)request.Mode}, which is no mode");
        }

        if (!Enum.IsDefined(request.Scope))
        {
            return Invalid("merge.scope", $"merge.scope is {(int)request.Scope}, which is no scope");
        }

        if (request.K is < 1 or > RoutingPolicy.MaxK)
        {
            return Invalid("merge.k", $"merge.k is {request.K}; it must be from 1 to {RoutingPolicy.MaxK}");
        }

        if (request.Pinned.Count > RoutingPolicy.MaxPinned)
        {
            return Invalid("merge.experts", $"merge.experts has {request.Pinned.Count} entries; at most {RoutingPolicy.MaxPinned} are allowed");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, double weight) in request.Pinned)
        {
            if (catalogue.Find(name) is null)
            {
                return Unknown("merge.experts", name);
            }

            if (!seen.Add(name))
            {
                return Invalid("merge.experts", $"merge.experts names \"{Short(name)}\" twice");
            }

            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                return Invalid("merge.experts", FormattableString.Invariant($"merge.experts gives \"{Short(name)}\" the weight {weight}; it must be 0 or above"));
            }
        }

        return null;
    }

    private static RoutingError Invalid(string field, string message) => new(RoutingErrorKind.Invalid, field, message);

    private static RoutingError Unknown(string field, string name) =>
        new(RoutingErrorKind.UnknownExpert, field, $"{field}: there is no expert or base \"{Short(name)}\"");

    /// <summary>A name from outside goes into messages cut to a length that can't fill a log.</summary>
    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
