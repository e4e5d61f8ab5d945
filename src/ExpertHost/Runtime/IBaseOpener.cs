using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Makes a catalogue's base ready to run; benchmarks put one of their own in the real one's place.</summary>
internal interface IBaseOpener
{
    Task<BaseRuntime> OpenAsync(PreparedBase prepared);
}
