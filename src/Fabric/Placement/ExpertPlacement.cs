using Orleans.Placement;
using Orleans.Runtime;

namespace ExpertCluster.Fabric.Placement;

/// <summary>Placement of experts on the hosts that their keys name; see <see cref="ExpertPlacementDirector"/>.</summary>
public sealed class ExpertPlacement : PlacementStrategy
{
}

/// <summary>Marks a grain class whose activations <see cref="ExpertPlacementDirector"/> places.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExpertPlacementAttribute() : PlacementAttribute(new ExpertPlacement())
{
}
