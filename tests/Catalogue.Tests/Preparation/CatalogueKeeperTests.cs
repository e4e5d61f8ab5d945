using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Tests.Support;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A catalogue file together with what the API wants.</summary>
public sealed class CatalogueKeeperTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    public CatalogueKeeperTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["law"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["api/poems"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["outside"], RandomCheckpoint.Shape);
        WriteFile("law");
    }

    private PreparedCatalogue Prepared => PreparedCatalogue.Load(_folder["out"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_ExpertOfTheApi_StandsBesideThoseOfTheFile()
    {
        Assert.True(Keeper().Prepare(Wants(Spec("poems") with { Replicas = 2, Labels = ["gpu=a"] }), isFileNew: true, _cancellation));

        var poems = Prepared.Experts.Single(e => e.Name == "poems");
        Assert.Equal((ExpertOrigin.Api, 2, "gpu=a"), (poems.Origin, poems.Replicas, Assert.Single(poems.Labels)));
        Assert.Equal(["small", "law", "poems"], Prepared.Experts.Select(e => e.Name));
        Assert.All(Prepared.Experts.Take(2), e => Assert.Equal(ExpertOrigin.File, e.Origin));
        Assert.Equal((1, 0), (Prepared.DesiredVersion, Prepared.Failures.Count));
    }

    /// <summary>Another program's files are none of the API's business.</summary>
    [Theory]
    [InlineData("../outside")]
    [InlineData("link")]
    [InlineData("nowhere")]
    [InlineData(".")]
    [InlineData("/etc")]
    [InlineData("../api/../outside")]
    public void Prepare_FolderThatTheApiMayNotName_FailsThatExpertAlone(string adapter)
    {
        Directory.CreateSymbolicLink(_folder["api/link"], _folder["outside"]);

        Keeper().Prepare(Wants(Spec("stray") with { Adapter = adapter }, Spec("poems")), isFileNew: true, _cancellation);

        Assert.Equal(new PreparedFailure("stray", $"adapter: there is no folder {adapter} below those that the API may name"), Assert.Single(Prepared.Failures));
        Assert.Contains(Prepared.Experts, e => e.Name == "poems");
    }

    [Fact]
    public void Prepare_AdapterThatIsBroken_FailsThatExpertAloneAndSaysWhy()
    {
        File.WriteAllText(_folder["api/poems/adapter_config.json"], "{}");

        Keeper().Prepare(Wants(Spec("poems"), Spec("tales") with { Adapter = null }), isFileNew: true, _cancellation);

        var failure = Assert.Single(Prepared.Failures);
        Assert.Equal("poems", failure.Name);
        Assert.StartsWith("expert poems: ", failure.Reason, StringComparison.Ordinal);
        Assert.Contains(Prepared.Experts, e => e.Name == "tales");
    }

    /// <summary>A mistake in a change takes nobody's expert away.</summary>
    [Fact]
    public void Prepare_ChangeOfAServedExpertThatFails_LeavesWhatItHad()
    {
        var keeper = Keeper();
        keeper.Prepare(Wants(Spec("poems")), isFileNew: true, _cancellation);
        string before = Prepared.Experts.Single(e => e.Name == "poems").Adapter!.Path;

        keeper.Follow(Wants(Spec("poems") with { Adapter = "nowhere", Since = 9 }), isFileNew: false, _cancellation);

        Assert.Equal(before, Prepared.Experts.Single(e => e.Name == "poems").Adapter!.Path);
        Assert.Equal("poems", Assert.Single(Prepared.Failures).Name);
        keeper.Follow(DesiredState.Empty with { Version = 2 }, isFileNew: false, _cancellation);
        Assert.DoesNotContain(Prepared.Experts, e => e.Name == "poems");
    }

    [Fact]
    public void Prepare_NameThatTheFileComesToHave_IsTheFilesUntilItLetsGo()
    {
        var keeper = Keeper();
        var wanted = Wants(Spec("poems"));
        keeper.Prepare(wanted, isFileNew: true, _cancellation);

        WriteFile("law", "poems");
        keeper.Prepare(wanted, isFileNew: true, _cancellation);
        Assert.Equal(ExpertOrigin.File, Prepared.Experts.Single(e => e.Name == "poems").Origin);

        WriteFile("law");
        keeper.Prepare(wanted, isFileNew: true, _cancellation);
        Assert.Equal(ExpertOrigin.Api, Prepared.Experts.Single(e => e.Name == "poems").Origin);
    }

    [Fact]
    public void Prepare_Adjustments_GoBeforeEitherEntry()
    {
        var wanted = Wants(Spec("poems")) with
        {
            Adjustments = DesiredState.Empty.Adjustments
                .Add("law", new Adjustment { Replicas = 3, Pinned = true, Hosts = ["a"] })
                .Add("poems", new Adjustment { MaxReplicas = 1 })
                .Add("gone", new Adjustment { Replicas = 9 }),
        };

        Keeper().Prepare(wanted, isFileNew: true, _cancellation);

        var law = Prepared.Experts.Single(e => e.Name == "law");
        Assert.Equal((3, true, "a"), (law.Replicas, law.Pinned, Assert.Single(law.Hosts)));
        Assert.Equal(1, Prepared.Experts.Single(e => e.Name == "poems").MaxReplicas);
    }

    /// <summary>As the API's calls come, one after the other.</summary>
    [Fact]
    public void Prepare_CanaryPromotedAndRolledBack_IsTheStableOneUntilThenAndByItsContent()
    {
        RandomAdapter.Write(_folder["api/next"], RandomCheckpoint.Shape, seed: 7);
        RandomAdapter.Write(_folder["api/later"], RandomCheckpoint.Shape, seed: 8);
        var keeper = Keeper();
        var wanted = Wants(Spec("poems") with { Canary = new VersionSpec("next", 10), Shadow = new VersionSpec("next", 50) });
        keeper.Prepare(wanted, isFileNew: true, _cancellation);
        var before = Poems();
        Assert.Equal((10, 50), (before.Canary!.Percent, before.Shadow!.Percent));

        wanted = Change(wanted, new PromoteExpert("poems"));
        keeper.Prepare(wanted, isFileNew: false, _cancellation);
        Assert.Equal((before.Canary.Revision, null), (Poems().Revision, Poems().Canary));
        Assert.Equal(FailureKind.Conflict, Assert.Throws<RequestFailedException>(() => Change(wanted, new PromoteExpert("poems"))).Failure.Kind);

        wanted = Change(wanted, new RollBackExpert("poems"));
        keeper.Prepare(wanted, isFileNew: false, _cancellation);
        Assert.Equal((before.Revision, null), (Poems().Revision, Poems().Canary));
        Assert.Equal(FailureKind.Conflict, Assert.Throws<RequestFailedException>(() => Change(wanted, new RollBackExpert("poems"))).Failure.Kind);
        Assert.Equal(["promote", "roll_back"], wanted.Changes.Select(c => c.What));

        // Another content is another canary.
        wanted = wanted with { Experts = wanted.Experts.SetItem("poems", wanted.Experts["poems"] with { Canary = new VersionSpec("later", 5) }) };
        keeper.Prepare(wanted, isFileNew: false, _cancellation);
        Assert.Equal((before.Revision, 5), (Poems().Revision, Poems().Canary!.Percent));

        wanted = Change(wanted, new RollBackExpert("poems"));
        keeper.Prepare(wanted, isFileNew: false, _cancellation);
        Assert.Null(Poems().Canary);

        PreparedExpert Poems() => new CatalogueSnapshot(1, Prepared).FindExpert("poems")!;
    }

    [Fact]
    public void Prepare_ExamplesOfTheApi_TeachTheGate()
    {
        WriteFile("law", keywords: "court, appeal");

        Keeper().Prepare(Wants(Spec("poems") with { Examples = ["Write a sonnet about rain", "Rhyme on the sea\tthe sea, the lea"] }), isFileNew: true, _cancellation);

        Assert.True(Prepared.Experts.Single(e => e.Name == "poems").Gated);
        Assert.NotNull(Prepared.Gates);
    }

    /// <summary>An edit of the file that can't be used must not hold up the API.</summary>
    [Fact]
    public void Prepare_FileIsBeingEdited_TheApiGoesByWhatItSaidLast()
    {
        var keeper = Keeper();
        keeper.Prepare(DesiredState.Empty, isFileNew: true, _cancellation);
        File.WriteAllText(_folder["experts.yaml"], "bases: [");

        keeper.Prepare(Wants(Spec("poems")), isFileNew: false, _cancellation);

        Assert.Contains(Prepared.Experts, e => e.Name == "poems");
        Assert.Throws<CatalogueException>(() => keeper.Prepare(Wants(Spec("poems")), isFileNew: true, _cancellation));
    }

    [Fact]
    public void Last_AfterARestart_IsWhatWasPreparedLast()
    {
        Assert.Same(DesiredState.Empty, Keeper().Last());
        Keeper().Prepare(Wants(Spec("poems")), isFileNew: true, _cancellation);

        var next = Keeper();
        Assert.False(next.Prepare(next.Last(), isFileNew: true, _cancellation));

        Assert.Contains(Prepared.Experts, e => e.Name == "poems");
        File.WriteAllText(Path.Combine(_folder["out"], ".desired.json"), "{");
        Assert.Same(DesiredState.Empty, Keeper().Last());
    }

    [Fact]
    public async Task Prepare_Again_AsksServersOnlyForWhatIsNew()
    {
        var hub = Hub("org/poems");
        int asked = 0;
        await using var server = await FakeServer.StartAsync(http =>
        {
            Interlocked.Increment(ref asked);
            return hub.AnswerAsync(http);
        });
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        var keeper = Keeper(world);
        var remote = Spec("poems") with { Adapter = "hf://org/poems", Since = 1 };
        keeper.Prepare(Wants(remote), isFileNew: true, _cancellation);
        int first = asked;
        Assert.NotEqual(0, first);

        keeper.Prepare(Wants(remote, Spec("tales")), isFileNew: false, _cancellation);
        Assert.Equal(first, asked);

        // Applied again: what stands there now.
        keeper.Prepare(Wants(remote with { Since = 3 }, Spec("tales")), isFileNew: false, _cancellation);
        Assert.NotEqual(first, asked);
    }

    /// <summary>One caller's large repository, and everybody else's change.</summary>
    [Fact]
    public async Task Follow_AdapterThatTakesLong_HoldsUpNobodyAndComesBehind()
    {
        var come = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(async http =>
        {
            await come.Task;
            await Hub("org/poems").AnswerAsync(http);
        });
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        var keeper = Keeper(world);
        keeper.Prepare(DesiredState.Empty, isFileNew: true, _cancellation);
        var wanted = Wants(Spec("slow") with { Adapter = "hf://org/poems" }, Spec("tales"));

        keeper.Follow(wanted, isFileNew: false, _cancellation);

        Assert.Equal(["small", "law", "tales"], Prepared.Experts.Select(e => e.Name));
        Assert.Equal((2L, "slow"), (Prepared.DesiredVersion, Assert.Single(Prepared.Pending)));
        Assert.False(keeper.More.IsCompleted);
        come.SetResult();
        await keeper.More.WaitAsync(_cancellation);
        keeper.Follow(wanted, isFileNew: false, _cancellation);
        Assert.Equal((true, 0), (Prepared.Experts.Any(e => e.Name == "slow"), Prepared.Pending.Count));
    }

    [Fact]
    public async Task Follow_AppliedAgainWhileItComes_ServesWhatItHad()
    {
        var come = new TaskCompletionSource();
        bool isSlow = false;
        await using var server = await FakeServer.StartAsync(async http =>
        {
            await (Volatile.Read(ref isSlow) ? come.Task : Task.CompletedTask);
            await Hub("org/poems").AnswerAsync(http);
        });
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        var keeper = Keeper(world);
        var remote = Spec("poems") with { Adapter = "hf://org/poems", Since = 1 };
        keeper.Prepare(Wants(remote), isFileNew: true, _cancellation);
        var before = Prepared.Experts.Single(e => e.Name == "poems");
        Volatile.Write(ref isSlow, true);

        keeper.Follow(Wants(remote with { Since = 2 }), isFileNew: false, _cancellation);

        Assert.Equal(before.Adapter!.Path, Prepared.Experts.Single(e => e.Name == "poems").Adapter!.Path);
        Assert.Equal(["poems"], Prepared.Pending);
        come.SetResult();
        await keeper.More.WaitAsync(_cancellation);
        keeper.Follow(Wants(remote with { Since = 2 }), isFileNew: false, _cancellation);
        Assert.Empty(Prepared.Pending);
    }

    [Fact]
    public async Task Follow_AdapterThatCannotBeHad_IsToldToFailAndStaysSo()
    {
        await using var server = await FakeServer.StartAsync(Hub("org/other").AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri });
        var keeper = Keeper(world);
        keeper.Prepare(DesiredState.Empty, isFileNew: true, _cancellation);
        var wanted = Wants(Spec("poems") with { Adapter = "hf://org/poems" });
        keeper.Follow(wanted, isFileNew: false, _cancellation);

        await keeper.More.WaitAsync(_cancellation);
        for (int i = 0; i < 3; i++)
        {
            keeper.Follow(wanted, isFileNew: false, _cancellation);
            var failure = Assert.Single(Prepared.Failures);
            Assert.Equal("poems", failure.Name);
            Assert.StartsWith("expert poems: adapter: hf://org/poems", failure.Reason, StringComparison.Ordinal);
        }

        Assert.Empty(Prepared.Pending);
    }

    /// <summary>By name at once, and by what is asked when the gate knows it.</summary>
    [Fact]
    public async Task Follow_ExpertThatTeachesTheGate_IsServedByTheEarlierGatesUntilTheNextAreTrained()
    {
        WriteFile("law", keywords: "court, appeal");
        var keeper = Keeper();
        keeper.Prepare(DesiredState.Empty, isFileNew: true, _cancellation);
        string earlier = Prepared.Gates!.Path;
        var wanted = Wants(Spec("poems") with { Keywords = ["sonnet"] });

        keeper.Follow(wanted, isFileNew: false, _cancellation);

        Assert.Equal((true, earlier), (Prepared.Experts.Single(e => e.Name == "poems").Gated, Prepared.Gates.Path));
        await keeper.More.WaitAsync(_cancellation);
        keeper.Follow(wanted, isFileNew: false, _cancellation);
        Assert.NotEqual(earlier, Prepared.Gates.Path);
    }

    private FakeHub Hub(string name)
    {
        var hub = new FakeHub(name);
        foreach (string file in Directory.GetFiles(_folder["api/poems"]))
        {
            hub.With(Path.GetFileName(file), File.ReadAllBytes(file));
        }

        return hub;
    }

    private CatalogueKeeper Keeper(SourceWorld? world = null) => new(
        _folder["experts.yaml"],
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add, world?.Fetcher),
        new SpecFolders([_folder["api"]], _folder["cache/examples"]),
        CatalogueKeeper.UsualForgetAfter,
        TimeProvider.System);

    private DesiredState Change(DesiredState state, DesiredChange change) =>
        DesiredStateEditor.Change(state, new ChangeRequest(change, "ann", "", 0), new CatalogueSnapshot(1, Prepared), DateTimeOffset.UnixEpoch);

    private static ExpertSpec Spec(string name) => new() { Name = name, Base = "small", Adapter = "poems" };

    private static DesiredState Wants(params ExpertSpec[] specs) => DesiredState.Empty with
    {
        Version = specs.Length,
        Experts = DesiredState.Empty.Experts.AddRange(specs.Select(s => KeyValuePair.Create(s.Name, s))),
    };

    private void WriteFile(string expert, string? other = null, string? keywords = null) => File.WriteAllText(
        _folder["experts.yaml"],
        $"bases: [{{name: small, path: base}}]\nexperts:\n  - {{name: {expert}, base: small, adapter: law{(keywords is null ? "" : $", keywords: [{keywords}]")}}}\n"
        + (other is null ? "" : $"  - {{name: {other}, base: small, adapter: law}}\n"));
}
