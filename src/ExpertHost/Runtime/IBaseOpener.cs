using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Makes a catalogue's base ready to run; benchmarks put one of their own in the real one's place.</summary>
internal interface IBaseOpener
{
    /// <param name="prepared">The base.</param>
    /// <param name="gates">Of the same catalogue; null when none of its experts is gated.</param>
    BaseRuntime Open(PreparedBase prepared, PreparedFolder? gates);
}
