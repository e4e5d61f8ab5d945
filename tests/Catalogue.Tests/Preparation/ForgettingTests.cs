using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>What a keeper that runs for months leaves behind, and what it must not touch.</summary>
public sealed class ForgettingTests : IDisposable
{
    private static readonly TimeSpan After = TimeSpan.FromDays(7);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public ForgettingTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        foreach (string adapter in (string[])["law", "poems"])
        {
            RandomAdapter.Write(_folder[adapter], RandomCheckpoint.Shape);
            File.WriteAllText(Path.Combine(_folder[adapter], "README.md"), adapter);
        }

        File.WriteAllText(_folder["poems/adapter_config.json"], File.ReadAllText(_folder["law/adapter_config.json"]).Replace("\"r\"", " \"r\"", StringComparison.Ordinal));
        WriteFile("law", "poems");
    }

    private PreparedCatalogue Prepared => PreparedCatalogue.Load(_folder["out"]);

    private int Adapters => Directory.GetDirectories(_folder["out/adapters"]).Length;

    public void Dispose() => _folder.Dispose();

    /// <summary>A week after it was seen that nobody names it, by whichever keeper; until then a router or a stream may be behind.</summary>
    [Fact]
    public void Forget_FolderThatNoCatalogueNames_GoesAfterTheTimeAlsoAcrossARestart()
    {
        var keeper = Prepare("law", "poems");
        keeper.Forget();
        Assert.Equal(2, Adapters);

        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(After - TimeSpan.FromSeconds(1));
        keeper.Forget();
        Assert.Equal(2, Adapters);

        var next = Prepare("law");
        _time.Advance(TimeSpan.FromSeconds(1));
        next.Forget();

        Assert.Equal(1, Adapters);
        Assert.All(Prepared.Named(), named => named.Folder.Check(named.What));
        Assert.Contains("deleted what was of no use for 168 h: 1 folders", Assert.Single(_progress, line => line.StartsWith("deleted", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetDirectories(_folder["out"]), folder => Path.GetFileName(folder).StartsWith('.'));
    }

    [Fact]
    public void Forget_NamedAgainMeanwhile_CountsAnew()
    {
        var keeper = Prepare("law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(After - TimeSpan.FromHours(1));
        Prepare(keeper, "law", "poems");
        keeper.Forget();
        Prepare(keeper, "law");
        _time.Advance(TimeSpan.FromHours(2));

        keeper.Forget();

        Assert.Equal(2, Adapters);
    }

    /// <summary>By the same keeper, whose memory has it still.</summary>
    [Fact]
    public void Forget_WhatIsGoneIsNamedAgain_IsPreparedAnew()
    {
        var keeper = Prepare("law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(After);
        keeper.Forget();
        Assert.Equal(1, Adapters);

        Prepare(keeper, "law", "poems");

        Assert.Equal(2, Adapters);
        Assert.All(Prepared.Named(), named => named.Folder.Check(named.What));
    }

    [Fact]
    public void Forget_NoTimeIsSet_NothingGoes()
    {
        var keeper = Keeper(after: null);
        Prepare(keeper, "law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(TimeSpan.FromDays(1000));

        keeper.Forget();

        Assert.Equal(2, Adapters);
    }

    /// <summary>Who prepares may be about to name it.</summary>
    [Theory]
    [InlineData("cache")]
    [InlineData("out")]
    public void Forget_SomebodyElsePrepares_WaitsForNobodyAndDeletesNothing(string held)
    {
        var keeper = Prepare("law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(After);
        using (FolderLock.TryTake(_folder[held]))
        {
            keeper.Forget();
            Assert.Equal(2, Adapters);
        }

        keeper.Forget();
        Assert.Equal(1, Adapters);
    }

    [Theory]
    [InlineData("half of a")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void Forget_RecordThatCantBeRead_BeginsAnew(string text)
    {
        var keeper = Prepare("law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        File.WriteAllText(_folder["out/.unused.json"], text);
        _time.Advance(After);

        keeper.Forget();
        Assert.Equal(2, Adapters);
        _time.Advance(After);
        keeper.Forget();
        Assert.Equal(1, Adapters);
    }

    /// <summary>Nobody knows what it names.</summary>
    [Fact]
    public void Forget_CatalogueThatCantBeRead_DeletesNothing()
    {
        var keeper = Prepare("law", "poems");
        Prepare(keeper, "law");
        keeper.Forget();
        _time.Advance(After);
        File.AppendAllText(_folder["out/prepared.json"], " ");

        keeper.Forget();

        Assert.Equal(2, Adapters);
    }

    /// <summary>What the last preparation used stays, however long ago it looked there; so does what somebody else used of late.</summary>
    [Fact]
    public void Forget_CacheEntries_GoWhereNobodyUsedThemForTheTime()
    {
        var keeper = Prepare("law");
        string old = Directory.CreateDirectory(_folder["cache/bases/0ld"]).FullName;
        string young = Directory.CreateDirectory(_folder["cache/bases/y0ung"]).FullName;
        string gates = Directory.CreateDirectory(_folder["cache/gates/0ld-gates"]).FullName;
        string draft = Directory.CreateDirectory(_folder["cache/gates/.draft-of-another"]).FullName;
        string import = Assert.Single(Directory.GetDirectories(_folder["cache/bases"]), folder => folder != old && folder != young);
        foreach (string entry in (string[])[old, gates, draft, import])
        {
            Directory.SetLastWriteTimeUtc(entry, _time.GetUtcNow().UtcDateTime - After);
        }

        keeper.Forget();

        Assert.Equal((false, true, false, true, true), (Directory.Exists(old), Directory.Exists(young), Directory.Exists(gates), Directory.Exists(draft), Directory.Exists(import)));

        // It was marked: another keeper, of the same cache, sees that it is of use.
        Assert.Equal(_time.GetUtcNow().UtcDateTime, Directory.GetLastWriteTimeUtc(import), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Forget_ExamplesOfTheApi_GoWithTheExpertAndStayWithIt()
    {
        var keeper = Keeper(After);
        string[] lines = [.. Enumerable.Range(0, 20).Select(i => $"Write a sonnet about rain number {i}")];
        var wanted = DesiredState.Empty with
        {
            Version = 1,
            Experts = DesiredState.Empty.Experts.Add("sonnets", new() { Name = "sonnets", Base = "small", Adapter = "poems", Examples = lines }),
        };
        keeper.Prepare(wanted, isFileNew: true, _cancellation);
        string examples = Assert.Single(Directory.GetFiles(_folder["cache/examples"]));
        File.SetLastWriteTimeUtc(examples, _time.GetUtcNow().UtcDateTime - After);
        keeper.Forget();
        Assert.True(File.Exists(examples));

        keeper.Prepare(DesiredState.Empty with { Version = 2 }, isFileNew: false, _cancellation);
        _time.Advance(After);
        keeper.Forget();

        Assert.False(File.Exists(examples));
    }

    private CatalogueKeeper Keeper(TimeSpan? after) => new(
        _folder["experts.yaml"],
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add),
        new SpecFolders([_folder.Path], _folder["cache/examples"]),
        after,
        _time);

    private CatalogueKeeper Prepare(params string[] experts) => Prepare(Keeper(After), experts);

    private CatalogueKeeper Prepare(CatalogueKeeper keeper, params string[] experts)
    {
        WriteFile(experts);
        keeper.Prepare(DesiredState.Empty, isFileNew: true, _cancellation);
        return keeper;
    }

    private void WriteFile(params string[] experts) => File.WriteAllText(
        _folder["experts.yaml"],
        $"bases: [{{name: small, path: base}}]\nexperts: [{string.Join(", ", experts.Select(e => $"{{name: {e}, base: small, adapter: {e}}}"))}]\n");
}
