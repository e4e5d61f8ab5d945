using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Tests.Stepping;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>Engines on real runners, their streams and adapters: rounds leave nothing.</summary>
[Collection(nameof(Alone))]
public sealed class EngineLeakTests(TestModels models) : IClassFixture<TestModels>
{
    private static readonly StepRunnerOptions Options = new()
    {
        Slots = 4,
        MaxRows = 16,
        ContextLength = 64,
        AdapterRank = 8,
        AdapterCapacity = 2,
        Threads = 1,
    };

    /// <summary>What .NET keeps of an ended thread for a while, and the library of a session.</summary>
    private const int OfTheRuntime = 4_096;

    private static readonly int[] Prompt = [5, 90, 17];

    [Fact]
    public Task OpenGenerateAndDispose_LeavesNothing() => AssertNoneAsync(
        20,
        async () =>
        {
            await using var engine = Open();
            Assert.Equal(8, (await engine.Generate(Requests.Request(Prompt)).ReadAsync()).Count);
        },
        OfTheRuntime);

    // A run that was cut leaves some bytes in the library, whoever cuts it; that is once in an engine's life.
    [Fact]
    public Task Dispose_UnderAStream_LeavesNoMoreThanTheLibraryKeeps() => AssertNoneAsync(
        20,
        async () =>
        {
            var engine = Open();
            await using var stream = engine.Generate(Requests.Request(Prompt, maxTokens: 60));
            Assert.True(await stream.WaitToReadAsync());
            await engine.DisposeAsync();
            Assert.Throws<EngineDrainingException>(() => engine.Generate(Requests.Request(Prompt)));
        },
        nativeBytes: 8_192);

    // The least that could stay is a place of the stack or an adapter's weights: kilobytes. The allocator's own blocks come and go by less.
    [Fact]
    public async Task Generate_WithAdaptersThatComeAndGo_LeavesNothing()
    {
        await using var engine = Open();
        int round = 0;
        await AssertNoneAsync(
            20,
            async () =>
            {
                var known = models.Adapters[round++ % models.Adapters.Count];

                // Another content each time, as far as the store can tell.
                var weights = new AdapterWeights { Rank = known.Rank, Digest = $"{round}", Layers = known.Layers };
                var adapter = await engine.Adapters.RegisterAsync("one", weights);
                Assert.Equal(8, (await engine.Generate(Requests.Request(Prompt, 8, Requests.Mix((adapter, 1f)))).ReadAsync()).Count);
                engine.Adapters.Unregister(adapter);
            },
            nativeBytes: 512);
    }

    private Engine Open() => new(new FlatStepRunner(models.Model, Options), Requests.Options, () => new LetterText());

    private Task AssertNoneAsync(int rounds, Func<Task> round, int nativeBytes = 0) =>
        Growth.AssertNoneAsync(Path.GetDirectoryName(models.Model.Directory)!, rounds, round, nativeBytes);
}
