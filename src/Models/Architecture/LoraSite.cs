namespace ExpertCluster.Models.Architecture;

/// <summary>
/// The four fused places of a layer where adapters act. A fused site is several projections of the same
/// input laid side by side: its A holds one block of r rows per projection, and each output column uses
/// only the block of its own projection. Where the checkpoint itself has the projections as one module
/// (<see cref="Architecture.ModelShape.FusedProjections"/>), the site has one segment.
/// </summary>
public enum LoraSite
{
    /// <summary>q, k and v: three segments.</summary>
    QueryKeyValue = 0,

    /// <summary>The attention's output projection: one segment.</summary>
    Output = 1,

    /// <summary>gate and up: two segments.</summary>
    GateUp = 2,

    /// <summary>The feed-forward's down projection: one segment.</summary>
    Down = 3,
}
