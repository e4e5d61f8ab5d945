using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A host's runtime without silo and server, on fake bases and a fake clock.</summary>
internal sealed class HostParts : IAsyncDisposable
{
    public HostParts(SmallModels models, PreparedCatalogue? catalogue = null, FakeOpener? opener = null, IPreparedContent? content = null)
    {
        Catalogue = new CatalogueHolder(new CatalogueSnapshot(1, catalogue ?? models.Catalogue));
        Opener = opener ?? new FakeOpener(models);
        Bases = new BaseRegistry(Opener, Wanted, Time);
        History = new CatalogueHistory(Catalogue, Time);
        Unusable = new UnusableExperts(Catalogue, Time);
        content ??= new FolderContent();
        Loader = new ExpertLoader(Bases, new AdapterFiles(content), Drain, Node, Unusable, Log);
        Warm = new WarmExperts(RecordingCatalog.Create().Grains, Node, NullLogger<WarmExperts>.Instance);
        Activations = new ActivationRegistry(Loader, Catalogue, History);
        Gates = new TokenGates(content, History);
        Plans = new PlanOpener(Activations, Gates, History);
    }

    public FakeTimeProvider Time { get; } = new();

    public NodeOptions Node { get; } = new() { Name = "host-7", AdvertisedAddress = "10.0.0.7", GrpcPort = 5007, DrainSeconds = 30 };

    public CatalogueHolder Catalogue { get; }

    public FakeOpener Opener { get; }

    public WantedBases Wanted { get; } = new();

    public KnownHosts Known { get; } = new();

    public BaseRegistry Bases { get; }

    public CatalogueHistory History { get; }

    /// <summary>Nothing is kept: there is no cluster to say what.</summary>
    public WarmExperts Warm { get; }

    public ActivationRegistry Activations { get; }

    public TokenGates Gates { get; }

    public PlanOpener Plans { get; }

    public DrainState Drain { get; } = new();

    public UnusableExperts Unusable { get; }

    public LogLines<ExpertLoader> Log { get; } = new();

    public ExpertLoader Loader { get; }

    public LetterRunner Runner => Opener.Runners[SmallModels.Base];

    public Task<ExpertActivation> LoadAsync(string expert) => Activations.GetAsync(expert, "", TestContext.Current.CancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in Opener.Runners.Values)
        {
            runner.Release();
        }

        Warm.Dispose();
        Activations.Dispose();
        Loader.Dispose();
        Gates.Dispose();
        History.Dispose();
        await Bases.DisposeAsync();
    }
}
