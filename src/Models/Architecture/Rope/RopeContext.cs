using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>What a scaling starts from.</summary>
/// <param name="Config">config.json.</param>
/// <param name="Fields">Its rope_scaling or rope_parameters; empty where it has neither.</param>
/// <param name="Dimension">Rotated elements of a head.</param>
/// <param name="Theta">The base.</param>
/// <param name="MaxPositions">max_position_embeddings.</param>
internal sealed record RopeContext(JsonFields Config, JsonFields Fields, int Dimension, double Theta, int MaxPositions)
{
    public const string OriginalPositions = "original_max_position_embeddings";

    private const double MaxFactor = 1e6;

    /// <summary>theta^(-2i/d), the frequencies without any scaling.</summary>
    public double[] Plain() => [.. Enumerable.Range(0, Dimension / 2).Select(i => Math.Pow(Theta, -2.0 * i / Dimension))];

    public double Factor() => Fields.Number("factor", 0, MaxFactor);

    /// <summary>The positions that the model was first trained on: beside the scaling's fields, or in config.json itself.</summary>
    public int? Original()
    {
        var home = Fields.TryGet(OriginalPositions, out _) ? Fields : Config;
        return home.TryGet(OriginalPositions, out _) ? home.Integer(OriginalPositions, 1, ModelShapeLimits.MaxPositions) : null;
    }
}
