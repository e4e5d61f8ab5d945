using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Router.Tests.Desired;

public sealed class OnDemandExpertsTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly Catalogue.Snapshots.CatalogueHolder _catalogue = Catalogues.Of(("law", "demo"), ("demo", "demo"));
    private readonly DesiredScript _desired;

    public OnDemandExpertsTests() => _desired = new DesiredScript(_catalogue, _time);

    public void Dispose() => _desired.Dispose();

    [Fact]
    public async Task Ensure_UnknownName_AddsItByTheTemplateAndWaitsForIt()
    {
        var experts = Experts();

        var asked = experts.EnsureAsync(Ask("poems"), _cancellation).AsTask();
        var others = Enumerable.Range(0, 50).Select(_ => experts.EnsureAsync(Ask("poems"), _cancellation).AsTask()).ToArray();
        await UntilAsync(() => _desired.State.Version == 1);
        Assert.False(asked.IsCompleted);
        Serve(version: 1, "poems");
        await asked;

        await Task.WhenAll(others);
        var spec = Assert.Single(_desired.State.Experts.Values);
        Assert.Equal(("poems", "demo", "hf://org/poems", true), (spec.Name, spec.Base, spec.Adapter, spec.OnDemand));
        Assert.Equal(OnDemandExperts.By, Assert.Single(_desired.State.Changes).By);
    }

    [Theory]
    [InlineData("law")]
    [InlineData("auto")]
    [InlineData("../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Ensure_KnownOrNoName_DoesNothing(string name)
    {
        await Experts().EnsureAsync(Ask(name), _cancellation);

        Assert.Equal(0, _desired.State.Version);
    }

    [Fact]
    public async Task Ensure_NoTemplate_DoesNothing()
    {
        await Experts(template: "").EnsureAsync(Ask("poems"), _cancellation);

        Assert.Equal(0, _desired.State.Version);
    }

    /// <summary>A thousand random names must not ask a hub a thousand times a second.</summary>
    [Fact]
    public async Task Ensure_WhatCannotBeHad_LeavesNothingBehindAndIsNotTriedAgainForAMinute()
    {
        var experts = Experts();
        var asked = experts.EnsureAsync(Ask("nothing"), _cancellation).AsTask();
        await UntilAsync(() => _desired.State.Version == 1);
        _catalogue.Swap(Catalogues.WithDesired(2, 1, new PreparedFailure("nothing", "404"), ("law", "demo"), ("demo", "demo")));
        await asked;
        Assert.Empty(_desired.State.Experts);
        Assert.Equal(2, _desired.State.Version);

        await experts.EnsureAsync(Ask("nothing"), _cancellation);
        Assert.Equal(2, _desired.State.Version);

        _time.Advance(TimeSpan.FromSeconds(61));
        _ = experts.EnsureAsync(Ask("nothing"), _cancellation).AsTask();
        await UntilAsync(() => _desired.State.Version == 3);
    }

    [Fact]
    public async Task Ensure_NobodyPrepares_GivesUpAndLeavesNothingBehind()
    {
        var asked = Experts().EnsureAsync(Ask("poems"), _cancellation).AsTask();
        await UntilAsync(() => _desired.State.Version == 1);

        _time.Advance(TimeSpan.FromSeconds(61));

        await asked;
        Assert.Empty(_desired.State.Experts);
    }

    /// <summary>The change is stored, and the time is over before its answer is read: it is taken back all the same.</summary>
    [Fact]
    public async Task Ensure_TimeIsOverWhileTheChangeIsMade_LeavesNothingBehind()
    {
        _desired.Changed = () =>
        {
            _desired.Changed = null;
            _time.Advance(TimeSpan.FromSeconds(61));
        };

        await Experts().EnsureAsync(Ask("poems"), _cancellation);

        Assert.Empty(_desired.State.Experts);
        Assert.Equal(2, _desired.State.Version);
    }

    [Fact]
    public async Task Ensure_AddedBySomebodyAndNotServedYet_IsWaitedForAndStays()
    {
        var spec = new ExpertSpec { Name = "poems", Base = "demo", Adapter = "lora/poems" };
        await _desired.States.ChangeAsync(new ChangeRequest(new ApplyExpert(spec), "ops", "", 0), _cancellation);

        var asked = Experts().EnsureAsync(Ask("poems"), _cancellation).AsTask();
        Assert.False(asked.IsCompleted);
        Serve(version: 1, "poems");
        await asked;

        Assert.Equal("lora/poems", Assert.Single(_desired.State.Experts.Values).Adapter);
        Assert.Equal(1, _desired.State.Version);
    }

    [Fact]
    public async Task Ensure_AsManyAsMayBe_TheOneAskedForLongestAgoGoes()
    {
        var experts = Experts(limit: 2);
        long version = 0;
        foreach (string name in (string[])["a", "b"])
        {
            await LoadAsync(experts, name, ++version);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await experts.EnsureAsync(Ask("a"), _cancellation);
        var asked = experts.EnsureAsync(Ask("c"), _cancellation).AsTask();
        await UntilAsync(() => _desired.State.Experts.ContainsKey("c"));

        Assert.Equal(["a", "c"], _desired.State.Experts.Keys);
        Serve(_desired.State.Version, "a", "c");
        await asked;
    }

    [Fact]
    public async Task Ensure_ManyNamesAtOnce_AreRefusedBeyondTheBound()
    {
        var experts = Experts();
        for (int i = 0; i < OnDemandExperts.MostLoads; i++)
        {
            _ = experts.EnsureAsync(Ask($"n{i}"), _cancellation).AsTask();
        }

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => experts.EnsureAsync(Ask("one-more"), _cancellation).AsTask());

        Assert.Equal((FailureKind.Overloaded, "model"), (error.Failure.Kind, error.Failure.Field));
    }

    [Theory]
    [InlineData("hf://org/poems", false)]
    [InlineData("s3://user:key@bucket/{name}", false)]
    [InlineData("hf://org/{name}", true)]
    [InlineData("lora/{name}", true)]
    [InlineData("", true)]
    public void Rules_Template_MustHaveThePlaceOfTheName(string template, bool isGood) =>
        Assert.Equal(isGood, new RouterOptionsRules().Validate(null, new RouterOptions { OnDemand = template }).Succeeded);

    private async Task LoadAsync(OnDemandExperts experts, string name, long version)
    {
        var asked = experts.EnsureAsync(Ask(name), _cancellation).AsTask();
        await UntilAsync(() => _desired.State.Version == version);
        Serve(version, [.. _desired.State.Experts.Keys]);
        await asked;
    }

    private void Serve(long version, params string[] experts) => _catalogue.Swap(Catalogues.WithDesired(
        _catalogue.Current.Version + 1, version, null, [("law", "demo"), ("demo", "demo"), .. experts.Select(e => (e, "demo"))]));

    private OnDemandExperts Experts(string template = "hf://org/{name}", int limit = 64) => new(
        _desired.States, _catalogue, new RouterOptions { OnDemand = template, OnDemandLimit = limit }, _time, NullLogger<OnDemandExperts>.Instance);

    private static CompletionRequest Ask(string model) => new() { Model = model, Prompt = "x" };

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
