using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Our own request fields, under one key so that the official clients pass them through `extra_body`:
/// {"merge": "mix", "k": 2, "scope": "request", "experts": [{"name": "law", "weight": 0.6}], "sampling": {"top_n_sigma": 1}, "routing": {"allow": ["law"], "labels": ["residency=eu"]}}.
/// Unknown keys are refused.
/// </summary>
internal static class ExpertClusterExtension
{
    public const string Key = "expert_cluster";

    public static MergeWish Read(JsonFields fields)
    {
        fields.RefuseUnknown("merge", "k", "scope", "experts", "sampling", "routing", "generalist_weight", "hysteresis");
        return new MergeWish
        {
            Name = fields.String("merge"),
            Scope = ReadScope(fields.String("scope")),
            K = fields.Integer("k"),
            GeneralistWeight = fields.Double("generalist_weight"),
            Hysteresis = fields.Double("hysteresis"),
            Experts = [.. fields.Array("experts").Select(ReadExpert)],
        };
    }

    /// <summary>What sampler filters of the host read beside the usual parameters: an object of numbers.</summary>
    public static IReadOnlyDictionary<string, double> ReadSampling(JsonFields fields) => fields.Object("sampling") is { } sampling
        ? sampling.Names.ToDictionary(name => name, name => sampling.Double(name) ?? throw JsonFields.Wrong($"{Key}.sampling.{RequestLimits.Shorten(name)}", "must be a number"), StringComparer.Ordinal)
        : Sampling.Default.Extra;

    /// <summary>Whom the gate may choose, and where the request may go.</summary>
    public static RoutingWish ReadRouting(JsonFields fields)
    {
        if (fields.Object("routing") is not { } routing)
        {
            return RoutingWish.None;
        }

        routing.RefuseUnknown("allow", "deny", "labels", "max_cost");
        return new RoutingWish { Allow = Texts("allow"), Deny = Texts("deny"), Labels = Texts("labels"), MaxCost = routing.Double("max_cost") };

        string[] Texts(string name) =>
            [.. routing.Array(name).Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw JsonFields.Wrong($"{Key}.routing.{name}", "must be an array of strings"))];
    }

    private static WeightedExpert ReadExpert(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong($"{Key}.experts", "must be an array of objects {name, weight}");
        }

        var expert = new JsonFields(element, $"{Key}.experts.");
        expert.RefuseUnknown("name", "weight");
        return new WeightedExpert(expert.String("name") ?? throw JsonFields.Wrong($"{Key}.experts.name", "is missing"), expert.Number("weight") ?? 0);
    }

    private static MergeScope ReadScope(string? name) => name is null
        ? MergeScope.Unspecified
        : MergeScopes.Parse(name) ?? throw JsonFields.Wrong($"{Key}.scope", "must be request or token");
}
