using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Adapters;

public sealed class AdapterStoreTests
{
    [Fact]
    public async Task Register_SameContentUnderTwoNames_SharesOnePlaceUntilBothAreGivenUp()
    {
        var runner = new HashRunner(capacity: 2);
        await using var engine = Start(runner);

        var law = await engine.Adapters.RegisterAsync("law", Weights("d1"));
        var alias = await engine.Adapters.RegisterAsync("jura", Weights("d1"));

        Assert.NotEqual(law, alias);
        Assert.Equal(["d1"], runner.Loads);
        Assert.Equal((1, 1), (engine.Adapters.Counts.Registered, engine.Adapters.Counts.InRuntime));
        engine.Adapters.Unregister(law);
        Assert.Equal(1, engine.Adapters.Counts.InRuntime);
        Assert.Equal(2, (await engine.Generate(Request([1], 2, Mix((alias, 1)))).ReadAsync()).Count);
        engine.Adapters.Unregister(alias);
        Assert.Equal((0, 0), (engine.Adapters.Counts.Registered, engine.Adapters.Counts.InRuntime));
    }

    [Fact]
    public async Task Register_ManyAtOnceOfOneContent_LoadsItOnce()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => engine.Adapters.RegisterAsync($"a{i}", Weights("d1")))));

        Assert.Single(runner.Loads);
        Assert.Equal(1, engine.Adapters.Counts.Registered);
    }

    [Fact]
    public async Task Register_DoesNotFitTheRuntime_TellsTheCauseAndKeepsNothing()
    {
        var runner = new HashRunner(capacity: 1)
        {
            OnCheck = weights => _ = weights.Digest == "bad" ? throw new ArgumentException("rank 64 is above 16") : 0,
        };
        await using var engine = Start(runner);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => engine.Adapters.RegisterAsync("bad", Weights("bad")));

        Assert.Contains("rank 64", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Adapters.Counts.Registered);
    }

    [Fact]
    public async Task Register_TheLoadFails_TellsTheCauseAndLeavesThePlaceFree()
    {
        var runner = new HashRunner(capacity: 1);
        runner.OnLoad = (_, weights) => _ = weights.Digest == "bad" ? throw new IOException("no bytes") : 0;
        await using var engine = Start(runner);

        await Assert.ThrowsAsync<IOException>(() => engine.Adapters.RegisterAsync("bad", Weights("bad")));

        Assert.Equal((0, 0), (engine.Adapters.Counts.Registered, engine.Adapters.Counts.InRuntime));
        var good = await engine.Adapters.RegisterAsync("good", Weights("good"));
        Assert.Equal(2, (await engine.Generate(Request([1], 2, Mix((good, 1)))).ReadAsync()).Count);
    }

    [Fact]
    public async Task Register_WhileASequenceRuns_DoesNotWaitForIt()
    {
        var runner = new HashRunner().Stepwise();
        await using var engine = Start(runner);
        var running = engine.Generate(Request([1], maxTokens: 3)).ReadAsync();
        await runner.EnteredAsync();

        await engine.Adapters.RegisterAsync("law", Weights("law"));

        Assert.Equal(["law"], runner.Loads);
        runner.RunFreely();
        await running;
    }

    [Fact]
    public async Task Unregister_Twice_IsRefused()
    {
        await using var engine = Start(new HashRunner());
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        engine.Adapters.Unregister(law);

        Assert.Throws<InvalidOperationException>(() => engine.Adapters.Unregister(law));
        var refused = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1], 8, Mix((law, 1)))));
        Assert.Contains("'law', which is not registered", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_ToKeep_LeavesRoomForWhatIsNotKept()
    {
        var runner = new HashRunner(capacity: 2);
        await using var engine = Start(runner);
        var kept = await engine.Adapters.RegisterAsync("kept", () => Weights("kept"), keep: true);
        var other = await engine.Adapters.RegisterAsync("other", Weights("other"));

        var error = await Assert.ThrowsAsync<AdapterCapacityException>(
            () => engine.Adapters.RegisterAsync("second", () => Weights("second"), keep: true));

        Assert.Contains("'second': all 2 places (AdapterCapacity) are kept", error.Message, StringComparison.Ordinal);
        engine.Adapters.Unregister(other);
        await engine.Adapters.RegisterAsync("second", () => Weights("second"), keep: true);
        await Assert.ThrowsAsync<AdapterCapacityException>(() => engine.Adapters.RegisterAsync("late", Weights("late")));
        engine.Adapters.Unregister(kept);
        await engine.Adapters.RegisterAsync("late", Weights("late"));
    }
}
