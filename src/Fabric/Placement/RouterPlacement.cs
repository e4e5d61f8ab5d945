using Orleans.Placement;
using Orleans.Runtime;

namespace ExpertCluster.Fabric.Placement;

/// <summary>Placement of what a router remembers on the router that its key names; see <see cref="RouterPlacementDirector"/>.</summary>
public sealed class RouterPlacement : PlacementStrategy
{
}

/// <summary>Marks a grain class whose activations <see cref="RouterPlacementDirector"/> places.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RouterPlacementAttribute() : PlacementAttribute(new RouterPlacement())
{
}
