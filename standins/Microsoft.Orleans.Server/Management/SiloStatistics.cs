using Orleans.OneMachine.Activation;

namespace Orleans.OneMachine.Management;

/// <summary>What other silos may ask about this one.</summary>
internal sealed class SiloStatistics(Catalog catalog, IdleCollector collector)
{
    public object Count() => catalog.All.Count;

    public object Collect(TimeSpan ageLimit) => collector.Collect(_ => ageLimit);
}
