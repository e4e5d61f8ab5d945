using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.TestSupport;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Merging;

public sealed class LockStepTests
{
    private static readonly int[] Prompt = [4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly ManualTime _time = new();

    /// <summary>The same adapter's logits, whether a branch of the engine gives them or another engine.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 11)]
    [InlineData(0.7, 12)]
    public async Task Generate_MemberElsewhere_GivesWhatABranchGives(float temperature, ulong seed)
    {
        await using var one = Start(new HashRunner());
        await using var other = Start(new HashRunner());
        var here = await one.Adapters.RegisterAsync("law", Weights("law"));
        var there = await other.Adapters.RegisterAsync("law", Weights("law"));
        var request = Request(Prompt, 30, new Branch { Weight = 1 }) with { Sampling = new SamplingOptions { Temperature = temperature, Seed = seed, TopLogProbabilities = 3 } };
        var expected = await one.Generate(request with { Branches = [new Branch { Weight = 1 }, Mix((here, 1)) with { Weight = 3 }] }).ReadAsync();

        var tokens = await one.Generate(request with { Members = [new(new LinkedMember(other, Request(Prompt, 30, Mix((there, 1)))), 3)] }).ReadAsync();

        Assert.Equal(expected.Ids(), tokens.Ids());
        Assert.All(expected.Zip(tokens), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 4));
        Assert.All(expected.Zip(tokens), pair => Assert.Equal(pair.First.Top!.Select(t => t.Token), pair.Second.Top!.Select(t => t.Token)));
        Assert.All(tokens, token => Assert.Equal([new WeightedAdapter(null, 0.25f)], token.Experts));
        Assert.All(tokens, token => Assert.Equal([0.75f], token.MemberShares));
    }

    [Fact]
    public async Task Generate_SeveralMembers_AllHaveTheirPart()
    {
        await using var one = Start(new HashRunner(slots: 8));
        await using var other = Start(new HashRunner(slots: 8));
        string[] names = ["a", "b", "c"];
        List<Branch> branches = [new Branch { Weight = 2 }];
        List<EnsembleMember> members = [];
        foreach (string name in names)
        {
            branches.Add(Mix((await one.Adapters.RegisterAsync(name, Weights(name)), 1)) with { Weight = 1 });
            members.Add(new(new LinkedMember(other, Request(Prompt, 20, Mix((await other.Adapters.RegisterAsync(name, Weights(name)), 1)))), 1));
        }

        var expected = await one.Generate(Request(Prompt, 20, [.. branches])).ReadAsync();
        var tokens = await one.Generate(Request(Prompt, 20, branches[0]) with { Members = members }).ReadAsync();

        Assert.Equal(expected.Ids(), tokens.Ids());
        Assert.All(tokens, token => Assert.Equal([0.2f, 0.2f, 0.2f], token.MemberShares));
    }

    [Fact]
    public async Task Generate_ResumedWithAMember_GoesOnWithTheSame()
    {
        await using var one = Start(new HashRunner());
        await using var other = Start(new HashRunner());
        var there = await other.Adapters.RegisterAsync("law", Weights("law"));
        var request = Request(Prompt, 24) with { Sampling = new SamplingOptions { Temperature = 1, Seed = 5 } };
        var its = Request(Prompt, 24, Mix((there, 1)));
        var whole = await one.Generate(request with { Members = [new(new LinkedMember(other, its), 1)] }).ReadAsync();
        int[] given = whole.Ids()[..9];

        var rest = await one.Generate(request with { Resume = given, Members = [new(new LinkedMember(other, its with { Resume = given }), 1)] }).ReadAsync();

        Assert.Equal(whole.Ids()[9..], rest.Ids());
    }

    [Fact]
    public async Task Generate_MemberThatNeverAnswers_IsWaitedForOnceAndLeftOut()
    {
        await using var engine = Start(new HashRunner(), time: _time);
        var alone = await engine.Generate(Request(Prompt, 6)).ReadAsync();
        var member = new ScriptedMember();
        var stream = engine.Generate(Request(Prompt, 6) with { Members = [new(member, 1)] });
        var reading = stream.ReadAsync();

        await PassAsync(reading);

        var tokens = await reading;
        Assert.Equal(alone.Ids(), tokens.Ids());
        Assert.All(tokens, token => Assert.Equal([0f], token.MemberShares));
        Assert.All(tokens, token => Assert.Equal([new WeightedAdapter(null, 1)], token.Experts));
        Assert.Equal(tokens.Ids(), member.Told);
        Assert.True(member.IsDisposed);
        Assert.Equal(MemberPatience.Default.First, _time.GetElapsedTime(0));
    }

    [Fact]
    public async Task Generate_TimerThatCallsTooEarly_TheTokenIsDrawnAllTheSame()
    {
        var time = new ManualTime { Early = TimeSpan.FromMilliseconds(1) };
        await using var engine = Start(new HashRunner(), time: time);
        var reading = engine.Generate(Request(Prompt, 6) with { Members = [new(new ScriptedMember(), 1)] }).ReadAsync();
        await engine.Generate(Request(Prompt, 1)).ReadAsync();

        time.Advance(MemberPatience.Default.First - TimeSpan.FromMilliseconds(0.5));
        await engine.Generate(Request([4], 1)).ReadAsync();
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(6, (await reading).Count);
    }

    [Fact]
    public async Task Generate_MemberThatIsLost_IsNotWaitedFor()
    {
        await using var engine = Start(new HashRunner(), time: _time);
        var member = new ScriptedMember();
        member.Go();

        var tokens = await engine.Generate(Request(Prompt, 6) with { Members = [new(member, 1)] }).ReadAsync();

        Assert.Equal(6, tokens.Count);
        Assert.Equal(0, _time.GetTimestamp());
    }

    /// <summary>Late for the second token, it misses it; it is waited for again once it has answered the place before.</summary>
    [Fact]
    public async Task Generate_MemberThatFallsBehind_ComesBack()
    {
        var runner = new HashRunner().Stepwise();
        await using var engine = Start(runner, time: _time);
        var member = new ScriptedMember();
        await using var stream = engine.Generate(Request([4, 5], 4) with { Members = [new(member, 1e6)] });
        var tokens = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        member.Give(0, 3);
        var first = NextAsync();
        await first;
        var second = NextAsync();
        await PassAsync(second);
        var third = NextAsync();
        await third;
        member.Give(2, 1);
        var fourth = NextAsync();
        member.Give(3, 9);

        Assert.Equal((3, 9), ((await first).Id, (await fourth).Id));
        Assert.Equal([0f], (await second).MemberShares);
        Assert.Equal([0f], (await third).MemberShares);
        Assert.True((await fourth).MemberShares![0] > 0.9);
        Assert.Equal(MemberPatience.Default.Next, _time.GetElapsedTime(0));

        // A step for each.
        async Task<GeneratedToken> NextAsync()
        {
            runner.Permit();
            Assert.True(await tokens.MoveNextAsync().AsTask().WaitAsync(Watchdog, TestContext.Current.CancellationToken));
            return tokens.Current;
        }
    }

    [Fact]
    public async Task Generate_Cancelled_LetsItsMembersGo()
    {
        await using var engine = Start(new HashRunner(), time: _time);
        var member = new ScriptedMember();
        var stream = engine.Generate(Request(Prompt, 6) with { Members = [new(member, 1)] });

        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Watchdog));

        Assert.True(member.IsDisposed);
        Assert.Equal(4, engine.Status.SlotsTotal - engine.Status.SlotsUsed);
    }

    [Fact]
    public async Task Generate_Fed_GivesADistributionForTheNewestPlaceAndEndsWithTheFeed()
    {
        await using var engine = Start(new HashRunner());
        var feed = new TokenFeed(4);
        await using var stream = engine.Generate(Request(Prompt, 12) with { Feed = feed });
        var places = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await places.MoveNextAsync());
        var first = places.Current.Distribution!;
        feed.Add([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        var last = first;
        while (last.Place < 9)
        {
            Assert.True(await places.MoveNextAsync());
            last = places.Current.Distribution ?? last;
        }

        feed.Complete();
        List<GeneratedToken> rest = [];
        while (await places.MoveNextAsync())
        {
            rest.Add(places.Current);
        }

        Assert.Equal((0, 4), (first.Place, first.Tokens.Length));
        Assert.Equal(FinishReason.Stop, Assert.Single(rest).Finish);

        // What it gives is what it gives for the same tokens at once.
        var at = new TokenFeed(4);
        await using var again = engine.Generate(Request(Prompt, 12) with { Resume = [1, 2, 3, 4, 5, 6, 7, 8, 9], Feed = at });
        var same = again.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await same.MoveNextAsync());
        Assert.Equal(same.Current.Distribution!.Tokens, last.Tokens);
        Assert.Equal(same.Current.Distribution.LogProbabilities, last.LogProbabilities);
    }

    [Fact]
    public async Task Generate_FedMoreThanItsLimit_Ends()
    {
        await using var engine = Start(new HashRunner());
        var feed = new TokenFeed(4);
        feed.Add(Enumerable.Range(0, 40).Select(i => i % 30));

        var places = await engine.Generate(Request(Prompt, 12) with { Feed = feed }).ReadAsync();

        Assert.Equal(FinishReason.Length, places[^1].Finish);
        Assert.Equal(0, engine.Status.SlotsUsed);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(-1)]
    public async Task Generate_FedWhatIsNoToken_FailsAlone(int token)
    {
        await using var engine = Start(new HashRunner());
        var feed = new TokenFeed(4);
        feed.Add([1, token]);

        var error = await Assert.ThrowsAsync<InvalidGenerationException>(() => engine.Generate(Request(Prompt, 12) with { Feed = feed }).ReadAsync());

        Assert.Contains($"tokens has {token}", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await engine.Generate(Request(Prompt, 5)).ReadAsync()).Count);
    }

    [Fact]
    public async Task Generate_MemberWithoutWeight_IsRefused()
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request(Prompt) with { Members = [new(new ScriptedMember(), 0)] }));

        Assert.Contains("members[0].weight is 0", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The engine's thread begins to wait at a time of its own: the clock moves when it has.</summary>
    private Task PassAsync(Task task) => _time.PassPausesAsync(task, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
