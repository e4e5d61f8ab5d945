namespace ExpertCluster.Models.Families;

/// <summary>What an absent field of config.json means; the families differ.</summary>
internal sealed record FamilyDefaults
{
    public double NormEpsilon { get; init; } = 1e-6;

    public bool TiedEmbeddings { get; init; }

    /// <summary>Null: as many as num_attention_heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Null: hidden_size over num_attention_heads.</summary>
    public int? HeadDimension { get; init; }

    /// <summary>Whether partial_rotary_factor may be below 1.</summary>
    public bool PartialRotary { get; init; }

    /// <summary>The field that names the activation; hidden_act where it is absent.</summary>
    public string ActivationField { get; init; } = "hidden_act";
}
