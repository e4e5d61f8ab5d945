using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// Where this process reads the catalogue. Everybody asks for <see cref="Current"/> when a piece of work begins and keeps it for that
/// work only. Modelled on YARP's IProxyConfigProvider.
/// </summary>
public interface ICatalogueSource
{
    /// <summary>The newest snapshot; a read of one reference.</summary>
    CatalogueSnapshot Current { get; }

    /// <summary>
    /// Fires once, when a newer snapshot stands in <see cref="Current"/>. Take this first and <see cref="Current"/> after it, as
    /// <see cref="ChangeToken"/> does: the other way round a change between the two goes unnoticed.
    /// </summary>
    IChangeToken Changed { get; }
}
