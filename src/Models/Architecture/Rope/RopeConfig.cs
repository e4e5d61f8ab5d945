using System.Collections.Frozen;
using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>Older files have rope_theta and rope_scaling, newer ones rope_parameters with both inside.</summary>
internal static class RopeConfig
{
    private const double DefaultTheta = 10000;
    private const double MaxTheta = 1e12;
    private const string PartialFactor = "partial_rotary_factor";

    private static readonly FrozenDictionary<string, IRopeScaling> Scalings =
        ((IRopeScaling[])[new PlainRope(), new LinearRope(), new DynamicRope(), new Llama3Rope(), new YarnRope(), new LongRope()])
        .ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    private static readonly string[] Common = ["rope_type", "type", "rope_theta", PartialFactor];

    /// <param name="config">config.json.</param>
    /// <param name="headDimension">Elements of a head.</param>
    /// <param name="maxPositions">max_position_embeddings.</param>
    /// <param name="partial">Whether the family can rotate a part of each head only.</param>
    /// <param name="theta">The base, for <see cref="ModelShape.RopeTheta"/>.</param>
    public static RotaryEmbedding Read(JsonFields config, int headDimension, int maxPositions, bool partial, out double theta)
    {
        (string name, var rope) = Fields(config);
        theta = rope.Number("rope_theta", 0, MaxTheta, config.Number("rope_theta", 0, MaxTheta, DefaultTheta));
        string kind = rope.Text("rope_type") ?? rope.Text("type") ?? (rope.Root.EnumerateObject().Any() ? "none" : "default");
        // The name that Phi-3's first files had.
        if (kind == "su")
        {
            kind = "longrope";
        }

        if (!Scalings.TryGetValue(kind, out var scaling))
        {
            config.Refuse(name, $"type {kind} is not supported, only {string.Join(", ", Scalings.Keys.Order(StringComparer.Ordinal))}");
        }

        foreach (var field in rope.Root.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null && !Common.Contains(field.Name) && !scaling.Fields.Contains(field.Name))
            {
                rope.Refuse(field.Name, $"{JsonFields.Show(field.Value)} is not supported with type {kind}");
            }
        }

        double share = rope.Number(PartialFactor, 0, 1, config.Number(PartialFactor, 0, 1, 1));
        if (share != 1 && !partial)
        {
            config.Refuse(PartialFactor, $"{share} is not supported for this architecture, only 1");
        }

        int dimension = (int)(headDimension * share);
        // Halves turn against each other.
        if (dimension % 2 != 0 || dimension == 0)
        {
            config.Refuse(share == 1 ? "head_dim" : PartialFactor, $"rotates {dimension} elements of a head, which must be an even number");
        }

        // The portable graph turns whole eights of pairs, and its heads are no longer than whole sixteens.
        if ((2 * RotaryEmbedding.PaddedPairs(dimension)) + headDimension - dimension > (headDimension + 15) / 16 * 16)
        {
            config.Refuse(PartialFactor, $"rotates {dimension} of {headDimension} elements of a head, which leaves no room for a multiple of 16");
        }

        return scaling.Build(new RopeContext(config, rope, dimension, theta, maxPositions));
    }

    private static (string Name, JsonFields Fields) Fields(JsonFields config)
    {
        (string Name, JsonFields Fields)? found = null;
        foreach (string field in (ReadOnlySpan<string>)["rope_scaling", "rope_parameters"])
        {
            if (!config.TryGet(field, out var value))
            {
                continue;
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                config.Refuse(field, $"must be an object, is {JsonFields.Show(value)}");
            }

            if (found is not null)
            {
                config.Refuse(field, "stands beside rope_scaling; only one of them may be there");
            }

            found = (field, new JsonFields(config.File, value, $"{field}."));
        }

        return found ?? ("rope_scaling", new JsonFields(config.File, JsonSerializer.SerializeToElement(new Dictionary<string, int>())));
    }
}
