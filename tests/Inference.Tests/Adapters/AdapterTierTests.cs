using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Models.Adapters;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Adapters;

/// <summary>More adapters than places: what comes, what goes, who waits.</summary>
public sealed class AdapterTierTests
{
    [Fact]
    public async Task Generate_MoreAdaptersThanPlaces_BringsEachInWhenItIsNeeded()
    {
        var runner = new HashRunner(slots: 4, capacity: 3);
        await using var engine = Start(runner);
        var adapters = await RegisterAsync(engine, 20);

        var outputs = await Task.WhenAll(adapters.Concat(adapters).Select(a => engine.Generate(Request([1, 2], 4, Mix((a, 1))))).Select(s => s.ReadAsync()));

        Assert.All(outputs, tokens => Assert.Equal(4, tokens.Count));
        Assert.Equal(20, outputs.Take(20).Select(tokens => string.Join(',', tokens.Ids())).Distinct().Count());
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(outputs[i].Ids(), outputs[i + 20].Ids());
        }

        var counts = engine.Adapters.Counts;
        Assert.Equal((20, 3), (counts.Registered, counts.InRuntime));
        Assert.Equal(runner.Loads.Count - 3, counts.Evictions);
        Assert.Empty(runner.Violations);
    }

    [Fact]
    public async Task Generate_APlaceIsNeeded_TheLeastRecentlyUsedGoes()
    {
        var runner = new HashRunner(capacity: 2);
        await using var engine = Start(runner);
        var adapters = await RegisterAsync(engine, 3);
        await AskAsync(engine, adapters[0]);
        await AskAsync(engine, adapters[1]);
        await AskAsync(engine, adapters[0]);
        runner.Loads.Clear();

        await AskAsync(engine, adapters[2]);
        await AskAsync(engine, adapters[0]);
        Assert.Equal(["d2"], runner.Loads);
        await AskAsync(engine, adapters[1]);

        Assert.Equal(["d2", "d1"], runner.Loads);
    }

    [Fact]
    public async Task Generate_AKeptAdapter_NeverGoes()
    {
        var runner = new HashRunner(capacity: 2);
        await using var engine = Start(runner);
        var kept = await engine.Adapters.RegisterAsync("kept", () => Weights("kept"), keep: true);
        foreach (var adapter in await RegisterAsync(engine, 5))
        {
            await AskAsync(engine, adapter);
        }

        await AskAsync(engine, kept);

        Assert.Equal(1, runner.Loads.Count(digest => digest == "kept"));
    }

    [Fact]
    public async Task Generate_OthersUseEveryPlace_WaitsForOneAndOthersGoOn()
    {
        var runner = new HashRunner(capacity: 1).Stepwise();
        await using var engine = Start(runner);
        var adapters = await RegisterAsync(engine, 2);
        var running = engine.Generate(Request([1], 6, Mix((adapters[0], 1)))).ReadAsync();
        await runner.EnteredAsync();

        var waiting = engine.Generate(Request([1], 2, Mix((adapters[1], 1))));
        var passing = engine.Generate(Request([5], 1)).ReadAsync();
        runner.Permit();
        await runner.EnteredAsync();
        runner.Permit();
        await passing;
        Assert.Equal(0, waiting.CompletionTokens);
        Assert.Equal(1, engine.Status.Waiting);
        runner.RunFreely();

        Assert.Equal(6, (await running).Count);
        Assert.Equal(2, (await waiting.ReadAsync()).Count);
    }

    [Fact]
    public async Task Generate_WhileAnAdapterIsRead_OthersGoOn()
    {
        using var gate = new ManualResetEventSlim();
        int reads = 0;
        AdapterWeights Slow()
        {
            if (Interlocked.Increment(ref reads) > 1)
            {
                gate.Wait(Watchdog);
            }

            return Sized("slow", 10);
        }

        await using var engine = Start(new HashRunner(capacity: 1), Options with { AdapterHostBytes = 0 });
        var slow = await engine.Adapters.RegisterAsync("slow", Slow);
        var other = await engine.Adapters.RegisterAsync("other", Weights("other"));
        await AskAsync(engine, other);

        var waiting = engine.Generate(Request([1], 2, Mix((slow, 1))));
        await engine.Generate(Request([5], 4)).ReadAsync();

        Assert.Equal(0, waiting.CompletionTokens);
        gate.Set();
        Assert.Equal(2, (await waiting.ReadAsync()).Count);
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task Generate_WeightsInHostMemory_AreNotReadAgain()
    {
        int reads = 0;
        var weights = Sized("d0", 100);
        await using var engine = Start(new HashRunner(capacity: 1), Options with { AdapterHostBytes = 1000 });
        var first = await engine.Adapters.RegisterAsync("first", () => Count(weights));
        var second = await engine.Adapters.RegisterAsync("second", () => Count(Sized("d1", 100)));
        await AskAsync(engine, second);
        await AskAsync(engine, first);
        Assert.Equal(2, reads);
        Assert.Equal((800L, 0L), (engine.Adapters.Counts.HostBytes, engine.Adapters.Counts.SourceReads));

        // Three do not fit: the one used least recently has to be read again.
        await engine.Adapters.RegisterAsync("third", () => Count(Sized("d2", 100)));
        Assert.Equal(800, engine.Adapters.Counts.HostBytes);
        await AskAsync(engine, second);

        Assert.Equal(4, reads);
        Assert.Equal(1, engine.Adapters.Counts.SourceReads);

        AdapterWeights Count(AdapterWeights read)
        {
            reads++;
            return read;
        }
    }

    [Fact]
    public async Task Generate_TheFileHasChanged_FailsThatRequestAndServesNothingOfIt()
    {
        string content = "v1";
        var runner = new HashRunner(capacity: 1);
        await using var engine = Start(runner, Options with { AdapterHostBytes = 0 });
        var law = await engine.Adapters.RegisterAsync("law", () => Sized(content, 10));
        var other = await engine.Adapters.RegisterAsync("other", Weights("other"));
        await AskAsync(engine, other);
        content = "v2";

        var error = await Assert.ThrowsAsync<AdapterLoadException>(() => AskAsync(engine, law));

        Assert.Contains("adapter 'law' could not be loaded: its content is not what was registered", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("v2", runner.Loads);
        content = "v1";
        await AskAsync(engine, law);
        await AskAsync(engine, other);
    }

    [Fact]
    public async Task Generate_NeedsMoreAdaptersThanThereArePlaces_IsRefused()
    {
        await using var engine = Start(new HashRunner(capacity: 2));
        await engine.Adapters.RegisterAsync("kept", () => Weights("kept"), keep: true);
        var adapters = await RegisterAsync(engine, 2);

        var error = Assert.Throws<InvalidGenerationException>(
            () => engine.Generate(Request([1], 2, Mix((adapters[0], 1)), Mix((adapters[1], 1)))));

        Assert.Contains("branches need 2 adapters at once; the runtime has 1 places", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ManyOverFewPlacesWithCancellations_LeavesNothingHeld()
    {
        var runner = new HashRunner(slots: 4, capacity: 2);
        await using var engine = Start(runner);
        var adapters = await RegisterAsync(engine, 8);
        var random = new Random(3);
        List<Task> tasks = [];
        for (int i = 0; i < 60; i++)
        {
            var source = new CancellationTokenSource();
            var pair = Mix((adapters[random.Next(8)], 1), (adapters[random.Next(8)], 0.5f));
            tasks.Add(ReadOrCancelAsync(engine.Generate(Request([i % 30], 1 + random.Next(6), pair), source.Token)));
            if (random.Next(3) == 0)
            {
                await source.CancelAsync();
            }
        }

        await Task.WhenAll(tasks).WaitAsync(Watchdog);
        await engine.DrainAsync();

        foreach (var adapter in adapters)
        {
            engine.Adapters.Unregister(adapter);
        }

        Assert.Equal((0, 0, 0L), (engine.Adapters.Counts.Registered, engine.Adapters.Counts.InRuntime, engine.Adapters.Counts.HostBytes));
        Assert.Empty(runner.Violations);

        static async Task ReadOrCancelAsync(GenerationStream stream)
        {
            try
            {
                await stream.ReadAsync();
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private static async Task<List<EngineAdapter>> RegisterAsync(TestEngine engine, int count)
    {
        List<EngineAdapter> adapters = [];
        for (int i = 0; i < count; i++)
        {
            adapters.Add(await engine.Adapters.RegisterAsync($"a{i}", Weights($"d{i}")));
        }

        return adapters;
    }

    private static Task AskAsync(TestEngine engine, EngineAdapter adapter) => engine.Generate(Request([1], 2, Mix((adapter, 1)))).ReadAsync();

    private static AdapterWeights Sized(string digest, int floats) =>
        new() { Rank = 1, Digest = digest, Layers = [[new SiteWeights(new float[floats - 1], new float[1])]] };
}
