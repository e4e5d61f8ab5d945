namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>A kind of rotary embedding. A new one is a new file and its line in <see cref="RopeConfig"/>.</summary>
internal interface IRopeScaling
{
    /// <summary>As rope_type names it.</summary>
    string Name { get; }

    /// <summary>The fields of rope_scaling that it reads; any other one is refused.</summary>
    IReadOnlyList<string> Fields { get; }

    RotaryEmbedding Build(RopeContext context);
}
