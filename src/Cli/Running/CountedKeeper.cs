using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;

namespace ExpertCluster.Cli.Running;

/// <summary>A keeper whose preparations are counted.</summary>
internal sealed class CountedKeeper(ICatalogueKeeper keeper, KeeperMetrics metrics) : ICatalogueKeeper
{
    public string Output => keeper.Output;

    public Task More => keeper.More;

    public DesiredState Last() => keeper.Last();

    public void Forget() => keeper.Forget();

    public bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation) => metrics.Prepare(() => keeper.Follow(desired, isFileNew, cancellation));

    public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation) => metrics.Prepare(() => keeper.Prepare(desired, isFileNew, cancellation));
}
