using System.Text.Json;
using ExpertCluster.V1;

namespace ExpertCluster.Router.OpenAi;

/// <summary>
/// Our own request fields, under one key so that the official clients pass them through `extra_body`:
/// {"merge": "mix", "k": 2, "scope": "request", "experts": [{"name": "law", "weight": 0.6}]}. Unknown keys are refused.
/// </summary>
internal static class ExpertClusterExtension
{
    public const string Key = "expert_cluster";

    public static Merge Read(JsonFields fields)
    {
        fields.RefuseUnknown("merge", "k", "scope", "experts");
        var merge = new Merge { Mode = ReadMode(fields.String("merge")), Scope = ReadScope(fields.String("scope")) };
        if (fields.Integer("k") is { } k)
        {
            merge.K = k;
        }

        foreach (var element in fields.Array("experts"))
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw JsonFields.Wrong($"{Key}.experts", "must be an array of objects {name, weight}");
            }

            var expert = new JsonFields(element, $"{Key}.experts.");
            expert.RefuseUnknown("name", "weight");
            merge.Experts.Add(new WeightedExpert
            {
                Name = expert.String("name") ?? throw JsonFields.Wrong($"{Key}.experts.name", "is missing"),
                Weight = expert.Number("weight") ?? 0,
            });
        }

        return merge;
    }

    private static MergeMode ReadMode(string? text) => text switch
    {
        null => MergeMode.Unspecified,
        "route" => MergeMode.Route,
        "mix" => MergeMode.Mix,
        "ensemble" => MergeMode.Ensemble,
        "cascade" => MergeMode.Cascade,
        _ => throw JsonFields.Wrong($"{Key}.merge", "must be route, mix, ensemble or cascade"),
    };

    private static MergeScope ReadScope(string? text) => text switch
    {
        null => MergeScope.Unspecified,
        "request" => MergeScope.Request,
        "token" => MergeScope.Token,
        _ => throw JsonFields.Wrong($"{Key}.scope", "must be request or token"),
    };
}
