using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Bench;

/// <summary>A catalogue's models, prepared as for serving.</summary>
internal sealed class BenchModel
{
    /// <param name="prepared">The folder that routers and hosts are given.</param>
    public BenchModel(string prepared)
    {
        Prepared = prepared;
        Catalogue = PreparedCatalogue.Load(prepared);
        Base = Catalogue.Bases[0];
        Model = ImportedModel.Open(Base.Folder.Location, verifyContent: false);
    }

    /// <summary>The folder that routers and hosts are given.</summary>
    public string Prepared { get; }

    public PreparedCatalogue Catalogue { get; }

    public PreparedBase Base { get; }

    public ImportedModel Model { get; }

    public string Gates => Catalogue.Gates?.Location ?? throw new InvalidOperationException("the demo's catalogue has no gates");

    /// <summary>The demo's, prepared where that hasn't been done.</summary>
    public static BenchModel Demo() => new(Prepare(DemoCatalogue.Path));

    /// <summary>Prepares a catalogue in the user's cache, where that hasn't been done.</summary>
    /// <returns>The folder.</returns>
    public static string Prepare(string config)
    {
        var preparer = CataloguePreparer.Cached(config, Console.Error.WriteLine);
        preparer.Prepare(config, CancellationToken.None);
        return preparer.Output;
    }
}
