using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Adapters;

public sealed class AdapterStoreTests
{
    [Fact]
    public async Task Load_SameContentUnderTwoNames_SharesOnePlaceUntilBothAreUnloaded()
    {
        var runner = new HashRunner(capacity: 2);
        await using var engine = Start(runner);

        var law = await engine.Adapters.LoadAsync("law", Weights("d1"));
        var alias = await engine.Adapters.LoadAsync("jura", Weights("d1"));

        Assert.Equal(law.Index, alias.Index);
        Assert.NotEqual(law, alias);
        Assert.Equal(["d1"], runner.Loads);
        Assert.Equal(1, engine.Adapters.Count);
        engine.Adapters.Unload(law);
        Assert.Equal(1, engine.Adapters.Count);
        engine.Adapters.Unload(alias);
        Assert.Equal(0, engine.Adapters.Count);
    }

    [Fact]
    public async Task Load_ManyAtOnceOfOneContent_LoadsItOnce()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner);

        var handles = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => engine.Adapters.LoadAsync($"a{i}", Weights("d1")))));

        Assert.Single(runner.Loads);
        Assert.Single(handles.Select(handle => handle.Index).Distinct());
    }

    [Fact]
    public async Task Load_EveryPlaceTaken_NamesTheLimitAndUnloadMakesRoom()
    {
        await using var engine = Start(new HashRunner(capacity: 2));
        var first = await engine.Adapters.LoadAsync("a", Weights("d1"));
        await engine.Adapters.LoadAsync("b", Weights("d2"));

        var error = await Assert.ThrowsAsync<AdapterCapacityException>(() => engine.Adapters.LoadAsync("c", Weights("d3")));

        Assert.Equal(2, error.Capacity);
        Assert.Contains("'c': all 2 places", error.Message, StringComparison.Ordinal);
        engine.Adapters.Unload(first);
        Assert.Equal(first.Index, (await engine.Adapters.LoadAsync("c", Weights("d3"))).Index);
    }

    [Fact]
    public async Task Load_WhileSequencesRun_HappensBetweenStepsWithoutStoppingThem()
    {
        var runner = new HashRunner().Stepwise();
        var inStep = false;
        runner.OnRun = _ => inStep = true;
        runner.OnRan = _ => inStep = false;
        var loadedInStep = false;
        runner.OnLoad = (_, _) => loadedInStep |= inStep;
        await using var engine = Start(runner);
        var stream = engine.Generate(Request([1], maxTokens: 6));
        await runner.EnteredAsync();

        var loading = engine.Adapters.LoadAsync("law", Weights("d1"));

        Assert.False(loading.IsCompleted);
        runner.Permit();
        await loading;
        Assert.True(stream.CompletionTokens < 6);
        runner.RunFreely();
        Assert.Equal(6, (await stream.ReadAsync()).Count);
        Assert.False(loadedInStep);
    }

    [Fact]
    public async Task Unload_WhileASequenceUsesIt_KeepsItsPlaceUntilTheSequenceEnds()
    {
        var runner = new HashRunner(capacity: 1).Stepwise();
        await using var engine = Start(runner);
        var law = await engine.Adapters.LoadAsync("law", Weights("law"));
        var running = engine.Generate(Request([1], 8, Mix((law, 1))));
        await runner.EnteredAsync();

        engine.Adapters.Unload(law);

        await Assert.ThrowsAsync<AdapterCapacityException>(() => engine.Adapters.LoadAsync("code", Weights("code")));
        var refused = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1], 8, Mix((law, 1)))));
        Assert.Contains("'law', which is not loaded", refused.Message, StringComparison.Ordinal);
        runner.RunFreely();
        await running.ReadAsync();
        Assert.Equal(0, engine.Adapters.Count);
        await engine.Adapters.LoadAsync("code", Weights("code"));
        Assert.Equal(["law", "code"], runner.Loads);
    }

    [Fact]
    public async Task Unload_Twice_IsRefused()
    {
        await using var engine = Start(new HashRunner());
        var law = await engine.Adapters.LoadAsync("law", Weights("law"));
        engine.Adapters.Unload(law);

        Assert.Throws<InvalidOperationException>(() => engine.Adapters.Unload(law));
    }

    [Fact]
    public async Task Load_RunnerRefuses_TellsTheCauseAndLeavesThePlaceFree()
    {
        var runner = new HashRunner(capacity: 1);
        runner.OnLoad = (_, weights) =>
        {
            if (weights.Digest == "bad")
            {
                throw new ArgumentException("rank 64 is above 16");
            }
        };
        await using var engine = Start(runner);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => engine.Adapters.LoadAsync("bad", Weights("bad")));

        Assert.Contains("rank 64", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Adapters.Count);
        var good = await engine.Adapters.LoadAsync("good", Weights("good"));
        Assert.Equal(2, (await engine.Generate(Request([1], 2, Mix((good, 1)))).ReadAsync()).Count);
    }

    [Fact]
    public async Task Load_CancelledWhileAStepRuns_FreesThePlace()
    {
        var runner = new HashRunner(capacity: 1).Stepwise();
        await using var engine = Start(runner);
        var running = engine.Generate(Request([1], maxTokens: 3)).ReadAsync();
        await runner.EnteredAsync();
        using var source = new CancellationTokenSource();
        var loading = engine.Adapters.LoadAsync("law", Weights("law"), source.Token);

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        var next = engine.Adapters.LoadAsync("code", Weights("code"));
        runner.RunFreely();

        Assert.Equal(0, (await next).Index);
        Assert.Equal(["code"], runner.Loads);
        await running;
    }
}
