using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A host's runtime without silo and server, on fake bases and a fake clock.</summary>
internal sealed class HostParts : IAsyncDisposable
{
    public HostParts(SmallModels models, PreparedCatalogue? catalogue = null, FakeOpener? opener = null)
    {
        Catalogue = new CatalogueHolder(new CatalogueSnapshot(1, catalogue ?? models.Catalogue));
        Opener = opener ?? new FakeOpener(models);
        Bases = new BaseRegistry(Opener);
        Unusable = new UnusableFolders(Time);
        Loader = new ExpertLoader(Catalogue, Bases, Activations, Drain, Node, new TlsOptions(), new EpochSource(TimeProvider.System), Unusable, Log);
    }

    public FakeTimeProvider Time { get; } = new();

    public NodeOptions Node { get; } = new() { Name = "host-7", AdvertisedAddress = "10.0.0.7", GrpcPort = 5007, DrainSeconds = 30 };

    public CatalogueHolder Catalogue { get; }

    public FakeOpener Opener { get; }

    public BaseRegistry Bases { get; }

    public ActivationRegistry Activations { get; } = new();

    public DrainState Drain { get; } = new();

    public UnusableFolders Unusable { get; }

    public LogLines<ExpertLoader> Log { get; } = new();

    public ExpertLoader Loader { get; }

    public LetterRunner Runner => Opener.Runners[SmallModels.Base];

    public Task<ExpertActivation> LoadAsync(string expert, int replica = 0) =>
        Loader.LoadAsync(new ExpertKey(expert, replica)).WaitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in Opener.Runners.Values)
        {
            runner.Release();
        }

        await Bases.DisposeAsync();
    }
}
