using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Architecture;

/// <summary>
/// The rotary base. Older files have rope_theta and rope_scaling, newer ones rope_parameters with both inside; only
/// plain rotary embeddings are computed.
/// </summary>
internal static class RopeConfig
{
    private const double DefaultTheta = 10000;
    private const double MaxTheta = 1e12;

    public static double Theta(JsonFields config)
    {
        double theta = config.Number("rope_theta", 0, MaxTheta, DefaultTheta);
        foreach (string field in (ReadOnlySpan<string>)["rope_scaling", "rope_parameters"])
        {
            if (!config.TryGet(field, out JsonElement value)) continue;
            if (value.ValueKind != JsonValueKind.Object) config.Refuse(field, $"must be an object, is {JsonFields.Show(value)}");
            JsonFields rope = new(config.File, value);
            string kind = rope.Text("rope_type") ?? rope.Text("type") ?? "none";
            if (kind != "default") config.Refuse(field, $"type {kind} is not supported, only default");
            theta = rope.Number("rope_theta", 0, MaxTheta, theta);
        }

        return theta;
    }
}
