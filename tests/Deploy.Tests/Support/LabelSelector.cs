using System.Text.Json.Nodes;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>Kubernetes' label selectors.</summary>
internal static class LabelSelector
{
    public static bool Matches(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is not null
        && selector.Map("matchLabels").All(wanted => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value)
        && selector.List("matchExpressions").All(expression => Matches(expression, labels, expression.Text("operator")));

    private static bool Matches(JsonNode expression, IReadOnlyDictionary<string, string> labels, string? op)
    {
        bool has = labels.TryGetValue(expression.Text("key")!, out string? value);
        var values = expression.List("values").Select(item => item.ToString());
        return op switch
        {
            "In" => has && values.Contains(value),
            "NotIn" => !has || !values.Contains(value),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => throw new InvalidOperationException($"Selector operator '{op}' is not known."),
        };
    }
}
