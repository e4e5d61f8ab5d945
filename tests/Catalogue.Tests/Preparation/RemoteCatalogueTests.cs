using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A catalogue whose base and adapter lie on a hub.</summary>
public sealed class RemoteCatalogueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    public RemoteCatalogueTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["law"], RandomCheckpoint.Shape);
        File.WriteAllText(_folder["experts.yaml"], """
            bases: [{name: small, path: hf://org/all/base}]
            experts:
              - {name: law, base: small, adapter: hf://org/all@v1/law}
              - {name: court, base: small, adapter: hf://org/all@v1/law}
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prepare_FromAHub_IsWhatTheSameFoldersGive()
    {
        await using var server = await FakeServer.StartAsync(Hub().AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });

        Assert.True(Prepare(world));

        File.WriteAllText(_folder["local.yaml"], "bases: [{name: small, path: base}]\nexperts: [{name: law, base: small, adapter: law}, {name: court, base: small, adapter: law}]");
        new CataloguePreparer(_folder["cache"], _folder["local"], _ => { }).Prepare(_folder["local.yaml"], TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(_folder["local/prepared.json"]), File.ReadAllBytes(_folder["out/prepared.json"]));
        foreach (var expert in PreparedCatalogue.Load(_folder["out"]).Experts)
        {
            expert.Adapter?.Check(expert.Name);
        }

        Assert.Contains(_progress, line => line.StartsWith($"base small: path: reading hf://org/all/base at commit {FakeHub.Commit}: ", StringComparison.Ordinal));
        Assert.Single(_progress, line => line.Contains("hf://org/all@v1/law", StringComparison.Ordinal));
        Assert.Empty(world.Store.Names("views"));
    }

    [Fact]
    public async Task Prepare_Again_ReadsListsOnlyAndChangesNothing()
    {
        await using var server = await FakeServer.StartAsync(Hub().AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        Prepare(world);
        int before = server.Asked.Count;

        Assert.False(Prepare(world));

        Assert.All(server.Asked.Skip(before), asked => Assert.StartsWith("/api/", asked.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prepare_OnlyWhatIsOfUse_IsRead()
    {
        var hub = Hub().With("base/pytorch_model.bin", [1]).With("base/consolidated.safetensors", [1]).With("base/onnx/model.onnx", [1]).With("law/training_args.bin", [1]);
        await using var server = await FakeServer.StartAsync(hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });

        Prepare(world);

        Assert.DoesNotContain(server.Asked, asked => asked.Path.EndsWith(".bin", StringComparison.Ordinal) || asked.Path.Contains("consolidated", StringComparison.Ordinal) || asked.Path.Contains("onnx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prepare_Versions_AreFetchedAsTheAdapterIs()
    {
        await using var server = await FakeServer.StartAsync(Hub().AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        RandomAdapter.Write(_folder["law2"], RandomCheckpoint.Shape, seed: 2);
        File.WriteAllText(_folder["experts.yaml"], """
            bases: [{name: small, path: base}]
            experts:
              - {name: law, base: small, adapter: law2, canary: {adapter: hf://org/all@v1/law, percent: 5}, shadow: {adapter: hf://org/all@v1/law}}
            """);

        Prepare(world);

        var law = PreparedCatalogue.Load(_folder["out"]).Experts[^1];
        Assert.NotEqual(law.Adapter!.Path, law.Canary!.Adapter.Path);
        Assert.Equal(law.Canary.Adapter.Path, law.Shadow!.Adapter.Path);
        Assert.Equal((5, 100, law.Rank), (law.Canary.Percent, law.Shadow.Percent, law.Canary.Rank));
        law.Canary.Adapter.Check("the canary");
    }

    [Theory]
    [InlineData("canary")]
    [InlineData("shadow")]
    public async Task Prepare_VersionThatIsNotThere_NamesTheExpertAndTheKey(string key)
    {
        await using var server = await FakeServer.StartAsync(Hub().AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        File.WriteAllText(_folder["experts.yaml"], $"bases: [{{name: small, path: base}}]\nexperts: [{{name: law, base: small, adapter: law, {key}: {{adapter: hf://org/nothing}}}}]");

        Assert.StartsWith($"expert law: {key}: adapter: hf://org/nothing: ", Assert.Throws<CatalogueException>(() => Prepare(world)).Message, StringComparison.Ordinal);
    }

    /// <summary>A preparer remembers what did not change; a version is not its expert.</summary>
    [Fact]
    public void Prepare_AgainWithAnotherCanary_IsAnotherCanaryAlone()
    {
        RandomAdapter.Write(_folder["law2"], RandomCheckpoint.Shape, seed: 2);
        File.WriteAllText(_folder["experts.yaml"], "bases: [{name: small, path: base}]\nexperts: [{name: law, base: small, adapter: law, canary: {adapter: law2}}]");
        var preparer = new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add);
        preparer.Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);
        var before = PreparedCatalogue.Load(_folder["out"]).Experts[^1];
        Assert.NotEqual(before.Adapter!.Path, before.Canary!.Adapter.Path);

        RandomAdapter.Write(_folder["law3"], RandomCheckpoint.Shape, seed: 3);
        Directory.Delete(_folder["law2"], recursive: true);
        Directory.Move(_folder["law3"], _folder["law2"]);
        preparer.Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);

        var after = PreparedCatalogue.Load(_folder["out"]).Experts[^1];
        Assert.Equal(before.Adapter.Path, after.Adapter!.Path);
        Assert.NotEqual(before.Canary.Adapter.Path, after.Canary!.Adapter.Path);
    }

    [Fact]
    public void Prepare_VersionThatIsNoAdapter_NamesTheExpertAndTheKey()
    {
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["experts.yaml"], "bases: [{name: small, path: base}]\nexperts: [{name: law, base: small, adapter: law, canary: {adapter: empty}}]");

        var error = Assert.Throws<CatalogueException>(() =>
            new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add).Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken));

        Assert.StartsWith("expert law: canary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_AdapterThatIsNotThere_NamesTheExpertAndTheUri()
    {
        await using var server = await FakeServer.StartAsync(new FakeHub("org/all").With("base/config.json", "{}"u8.ToArray()).AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        File.WriteAllText(_folder["experts.yaml"], "bases: [{name: small, path: base}]\nexperts: [{name: law, base: small, adapter: hf://org/nothing}]");

        var error = Assert.Throws<CatalogueException>(() => Prepare(world));

        Assert.Equal("expert law: adapter: hf://org/nothing: the server answered 404: there is no such thing", error.Message);
        Assert.False(File.Exists(_folder["out/prepared.json"]));
    }

    [Fact]
    public void Prepare_FoldersOnly_MakesNoStore()
    {
        File.WriteAllText(_folder["experts.yaml"], "bases: [{name: small, path: base}]");

        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add).Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists(_folder["cache/store"]));
    }

    private bool Prepare(SourceWorld world) =>
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add, world.Fetcher).Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);

    private FakeHub Hub()
    {
        var hub = new FakeHub("org/all");
        foreach (string folder in (string[])["base", "law"])
        {
            foreach (string file in Directory.GetFiles(_folder[folder]))
            {
                hub.With($"{folder}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
            }
        }

        return hub;
    }
}
