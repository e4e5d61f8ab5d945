using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads when a Metaspace puts its character in front: <c>prepend_scheme</c>, or the older <c>add_prefix_space</c>.</summary>
internal static class MetaspaceScheme
{
    public static PrependScheme Read(JsonField metaspace)
    {
        if (!metaspace["add_prefix_space"].Bool(missing: true))
        {
            return PrependScheme.Never;
        }

        var field = metaspace["prepend_scheme"];
        return field.IsNull ? PrependScheme.Always : field.String() switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw field.Unsupported(other, "always, first, never"),
        };
    }
}
