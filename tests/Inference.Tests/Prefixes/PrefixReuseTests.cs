using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Prefixes;

/// <summary>What the engine finds again, and what it must not. Blocks of the test runner have 4 positions.</summary>
public sealed class PrefixReuseTests
{
    private static readonly EngineOptions Caching = Options with { PrefixCacheBytes = 1 << 20 };

    private static readonly int[] Prompt = [.. Enumerable.Range(0, 11)];

    [Fact]
    public async Task Generate_TheSamePromptAgain_RunsOnlyWhatIsNotInWholeBlocks()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Caching);
        var first = await engine.Generate(Request(Prompt, 3)).ReadAsync();
        runner.StepRows.Clear();

        var stream = engine.Generate(Request(Prompt, 3));
        var second = await stream.ReadAsync();

        Assert.Equal([3, 1, 1], runner.StepRows);
        Assert.Equal(first.Ids(), second.Ids());
        Assert.Equal(8, stream.CachedTokens);
        Assert.Equal((22L, 8L), (engine.Status.PrefixQueryTokens, engine.Status.PrefixHitTokens));
        Assert.Equal(3 * runner.BlockBytes, engine.Status.PrefixBytes);
        Assert.Empty(runner.Violations);
    }

    [Fact]
    public async Task Generate_APromptOfWholeBlocks_StillRunsItsLastToken()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Caching);
        var first = await engine.Generate(Request(Prompt[..8], 1)).ReadAsync();
        runner.StepRows.Clear();

        var second = await engine.Generate(Request(Prompt[..8], 1)).ReadAsync();

        Assert.Equal([4], runner.StepRows);
        Assert.Equal(first.Ids(), second.Ids());
    }

    [Fact]
    public async Task Generate_TheNextTurnOfAChat_FindsTheAnswerToo()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Caching);
        var answer = await engine.Generate(Request(Prompt[..6], 8)).ReadAsync();
        runner.StepRows.Clear();
        int[] next = [.. Prompt[..6], .. answer.Ids(), 1, 2];

        var stream = engine.Generate(Request(next, 2));
        var reused = await stream.ReadAsync();

        Assert.Equal(12, stream.CachedTokens);
        Assert.Equal(await Fresh(Request(next, 2)), reused.Ids());
    }

    [Fact]
    public async Task Generate_ManyAlikeAtOnce_ReadTheirCommonPartOnce()
    {
        var runner = new HashRunner(slots: 4).Stepwise();
        await using var engine = Start(runner, Caching with { PrefillChunk = 8 });
        var blocker = engine.Generate(Request([1], 1)).ReadAsync();
        await runner.EnteredAsync();
        var alike = Enumerable.Range(0, 4).Select(n => Request([.. Prompt[..8], 20 + n], 2)).ToList();
        var streams = alike.Select(request => engine.Generate(request)).ToList();
        runner.RunFreely();
        await blocker;
        var outputs = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        Assert.Equal([0, 8, 8, 8], streams.Select(stream => stream.CachedTokens));
        for (int n = 0; n < 4; n++)
        {
            Assert.Equal(await Fresh(alike[n]), outputs[n].Ids());
        }
    }

    [Fact]
    public async Task Generate_AnotherAdapter_FindsNothing()
    {
        await using var engine = Start(new HashRunner(), Caching);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        await engine.Generate(Request(Prompt, 1, Mix((law, 1)))).ReadAsync();

        Assert.Equal(0, await CachedOf(engine, Mix((null, 1))));
        Assert.Equal(0, await CachedOf(engine, Mix((law, 0.5f), (null, 0.5f))));
        Assert.Equal(8, await CachedOf(engine, Mix((law, 2))));
    }

    [Fact]
    public async Task Generate_AnAdapterReplacedAtItsPlace_FindsNothingAndTheSameContentBackFindsAll()
    {
        await using var engine = Start(new HashRunner(capacity: 1), Caching);
        var law = await engine.Adapters.RegisterAsync("law", Weights("v1"));
        await engine.Generate(Request(Prompt, 1, Mix((law, 1)))).ReadAsync();
        engine.Adapters.Unregister(law);
        var other = await engine.Adapters.RegisterAsync("law", Weights("v2"));
        Assert.Equal(0, await CachedOf(engine, Mix((other, 1))));
        engine.Adapters.Unregister(other);

        var again = await engine.Adapters.RegisterAsync("renamed", Weights("v1"));

        Assert.Equal(8, await CachedOf(engine, Mix((again, 1))));
    }

    [Fact]
    public async Task Generate_GatesOfOneIdentity_ShareAndNamelessOnesDoNot()
    {
        await using var engine = Start(new HashRunner(), Caching);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        Branch Gated(string? identity) => new() { Gate = new ParityGate(law, identity) };
        await engine.Generate(Request(Prompt, 1, Gated("parity"))).ReadAsync();
        await engine.Generate(Request(Prompt, 1, Gated(null))).ReadAsync();

        Assert.Equal(8, await CachedOf(engine, Gated("parity")));
        Assert.Equal(0, await CachedOf(engine, Gated("other")));
        Assert.Equal(0, await CachedOf(engine, Gated(null)));
        Assert.Equal(
            await Fresh(Request(Prompt, 4, new Branch()), law),
            (await engine.Generate(Request(Prompt, 4, Gated("parity"))).ReadAsync()).Ids());
    }

    [Fact]
    public async Task Generate_AnEnsemble_StartsBehindWhatAllItsBranchesFind()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Caching);
        var law = await engine.Adapters.RegisterAsync("law", Weights("law"));
        Branch[] both = [Mix((law, 1)), new Branch()];
        await engine.Generate(Request(Prompt[..6], 1, Mix((law, 1)))).ReadAsync();
        await engine.Generate(Request(Prompt, 1)).ReadAsync();

        var stream = engine.Generate(Request(Prompt, 2, both));
        await stream.ReadAsync();

        Assert.Equal(4, stream.CachedTokens);
        Assert.Equal(8, await CachedOf(engine, both));
        Assert.Empty(runner.Violations);
    }

    [Fact]
    public async Task Generate_MoreThanTheCacheHolds_StaysWithinItsBytes()
    {
        var runner = new HashRunner();
        await using var engine = Start(runner, Caching with { PrefixCacheBytes = 5 * runner.BlockBytes });
        for (int n = 0; n < 20; n++)
        {
            await engine.Generate(Request([n, .. Prompt], 6)).ReadAsync();
            Assert.InRange(engine.Status.PrefixBytes, 0, 5 * runner.BlockBytes);
        }

        Assert.Equal(8, await CachedOf(engine, new Branch(), [19, .. Prompt]));
        Assert.Equal(0, await CachedOf(engine, new Branch(), [0, .. Prompt]));
    }

    private static async Task<int> CachedOf(TestEngine engine, Branch branch, int[]? prompt = null) =>
        await CachedOf(engine, [branch], prompt);

    private static async Task<int> CachedOf(TestEngine engine, Branch[] branches, int[]? prompt = null)
    {
        var stream = engine.Generate(Request(prompt ?? Prompt, 1, branches));
        await stream.ReadAsync();
        return stream.CachedTokens;
    }

    /// <summary>From an engine without a cache; where an adapter is given, odd tokens are read with it.</summary>
    private static async Task<int[]> Fresh(GenerationRequest request, EngineAdapter? parity = null)
    {
        await using var engine = Start(new HashRunner());
        if (parity is not null)
        {
            var adapter = await engine.Adapters.RegisterAsync(parity.Name, Weights(parity.Digest));
            request = request with { Branches = [new Branch { Gate = new ParityGate(adapter, null) }] };
        }

        return (await engine.Generate(request).ReadAsync()).Ids();
    }

    /// <summary>The adapter on odd tokens, the base on even ones.</summary>
    private sealed class ParityGate(EngineAdapter adapter, string? identity) : IRowGate
    {
        public IRowScorer Scorer { get; } = new ModuloScorer(window: 1, classes: 2);

        public string? Identity => identity;

        public IReadOnlyList<EngineAdapter> Adapters => [adapter];

        public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
        {
            chosen[0] = new WeightedAdapter(scores[1] > 0 ? adapter : null, 1);
            return 1;
        }
    }
}
