namespace ExpertCluster.Models.Architecture;

/// <summary>A linear module of a layer by its checkpoint path, and which segment of a fused site it is.</summary>
internal sealed record Projection(string Path, LoraSite Site, int Segment)
{
    private static readonly Projection[] Separate =
    [
        new("self_attn.q_proj", LoraSite.QueryKeyValue, 0), new("self_attn.k_proj", LoraSite.QueryKeyValue, 1),
        new("self_attn.v_proj", LoraSite.QueryKeyValue, 2), new("self_attn.o_proj", LoraSite.Output, 0),
        new("mlp.gate_proj", LoraSite.GateUp, 0), new("mlp.up_proj", LoraSite.GateUp, 1), new("mlp.down_proj", LoraSite.Down, 0),
    ];

    private static readonly Projection[] Fused =
    [
        new("self_attn.qkv_proj", LoraSite.QueryKeyValue, 0), new("self_attn.o_proj", LoraSite.Output, 0),
        new("mlp.gate_up_proj", LoraSite.GateUp, 0), new("mlp.down_proj", LoraSite.Down, 0),
    ];

    /// <summary>All of a layer, those of a site in the order of its segments.</summary>
    public static IReadOnlyList<Projection> Of(ModelShape shape) => shape.FusedProjections ? Fused : Separate;

    /// <summary>The module's full path.</summary>
    public string In(int layer) => $"model.layers.{layer}.{Path}";
}
