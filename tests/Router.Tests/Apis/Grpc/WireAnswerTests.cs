using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.V1;
using FinishReason = ExpertCluster.Contracts.Answers.FinishReason;
using LikelyToken = ExpertCluster.Contracts.Answers.LikelyToken;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Plan = ExpertCluster.Contracts.Routing.Plan;
using Token = ExpertCluster.Contracts.Answers.Token;

namespace ExpertCluster.Router.Tests.Apis.Grpc;

public sealed class WireAnswerTests
{
    private readonly WireAnswer _answer = new();

    [Fact]
    public void Write_FirstAndLastChunk_HasPlanAndUsage()
    {
        var plan = new Plan
        {
            Base = "demo",
            Merge = "route",
            Form = MergeForm.Route,
            Scope = MergeScope.Token,
            K = 1,
            Experts = [new("law", 0.9)],
            Scores = new GateScores { Ranked = [new("law", 0.9), new("tax", 0.1)], Generalist = "demo", Floor = 0.3 },
            Reason = "pinned",
            Host = "host-1",
            Seed = 7,
            GeneralistWeight = 0.5,
            Hysteresis = 0.125,
        };

        var chunk = _answer.Write(new CompletionChunk { Text = "a", Plan = plan, Finish = FinishReason.Length, Usage = new(3, 4, 2) });

        Assert.Equal(("a", V1.FinishReason.Length, 3, 4, 2), (chunk.Text, chunk.FinishReason, chunk.Usage.PromptTokens, chunk.Usage.CompletionTokens, chunk.Usage.CachedPromptTokens));
        Assert.Equal(
            ("demo", MergeMode.Route, "route", V1.MergeScope.Token, 1, "pinned", "host-1", 7ul),
            (chunk.Plan.Base, chunk.Plan.Mode, chunk.Plan.Merge, chunk.Plan.Scope, chunk.Plan.K, chunk.Plan.Reason, chunk.Plan.Host, chunk.Plan.Seed));
        Assert.Equal((0.5, 0.125), (chunk.Plan.GeneralistWeight, chunk.Plan.Hysteresis));
        Assert.Equal(["law 0.9"], chunk.Plan.Experts.Select(e => FormattableString.Invariant($"{e.Name} {e.Weight}")));
        Assert.Equal(["law 0.9", "tax 0.1"], chunk.Plan.Scores.Select(e => FormattableString.Invariant($"{e.Name} {e.Weight}")));
    }

    [Fact]
    public void Write_LastChunk_SaysWhichWishEndedItAndTheNextDoesNot()
    {
        Assert.Equal("\n\n", _answer.Write(new CompletionChunk { Finish = FinishReason.Stop, Stop = new("\n\n", null) }).Stop.Text);
        Assert.Equal(5, _answer.Write(new CompletionChunk { Finish = FinishReason.Stop, Stop = new(null, 5) }).Stop.Token);
        Assert.Null(_answer.Write(new CompletionChunk { Finish = FinishReason.Stop }).Stop);
    }

    [Fact]
    public void Write_Echo_StandsBesideTheTokensAndNotInTheNextChunk()
    {
        var chunk = _answer.Write(new CompletionChunk { Echo = [new Token(7, "a", -2, [])], Tokens = [new Token(9, "x", -1, [])] });

        Assert.Equal((7, "a", -2f, 9), (chunk.Echo[0].Id, chunk.Echo[0].Text, chunk.Echo[0].Logprob, chunk.Tokens[0].Id));
        Assert.Empty(_answer.Write(new CompletionChunk()).Echo);
    }


    /// <summary>Messages are handed out again: what one token had must not stand in another.</summary>
    [Fact]
    public void Write_TokenWithDetailThenOneWithout_TellsEachItsOwn()
    {
        var detail = new TokenDetail(new byte[] { 0xC3 }, [new LikelyToken(8, -0.5f, new byte[] { 0x61 })]);
        var with = _answer.Write(new CompletionChunk { Tokens = [new Token(7, "", -1, []) { Detail = detail }] }).Tokens[0].Clone();

        var without = _answer.Write(new CompletionChunk { Tokens = [new Token(9, "x", -1, [])] }).Tokens[0];

        Assert.Equal(("C3", 8, "61"), (Convert.ToHexString(with.Bytes.Span), with.Top[0].Id, Convert.ToHexString(with.Top[0].Bytes.Span)));
        Assert.False(without.HasBytes);
        Assert.Empty(without.Top);
    }

    [Fact]
    public void Write_PlansExperts_HaveRevisionAndVersion()
    {
        var plan = new Plan
        {
            Base = "b",
            Merge = "mix",
            Form = MergeForm.Mix,
            Scope = MergeScope.Request,
            K = 2,
            Experts = [new("law", 0.5, "l1"), new("tax", 0.5, "t2") { Version = ExpertVersion.Canary }],
        };

        var written = _answer.Write(new CompletionChunk { Plan = plan }).Plan;

        Assert.Equal(["law l1 stable", "tax t2 canary"], written.Experts.Select(e => $"{e.Name} {e.Revision} {e.Version}"));
    }

    [Fact]
    public void Write_PlanOfAMergeWithoutANumber_HasItsName()
    {
        var plan = new Plan { Base = "b", Merge = "second", Form = MergeForm.Route, Scope = MergeScope.Request, K = 1, Experts = [] };

        var written = _answer.Write(new CompletionChunk { Plan = plan }).Plan;

        Assert.Equal((MergeMode.Unspecified, "second"), (written.Mode, written.Merge));
    }

    /// <summary>One message serves the whole stream: nothing of an earlier chunk may stay.</summary>
    [Fact]
    public void Write_ChunkAfterChunk_IsEachAsIfItWereTheFirst()
    {
        CompletionChunk[] chunks =
        [
            new() { Text = "one", Tokens = [new Token(1, "a", -1, [new("law", 0.5), new("tax", 0.5)]), new Token(2, "b", -2, [new("law", 1)])], Usage = new(1, 1, 0) },
            new() { Text = "two", Tokens = [new Token(3, "c", -3, [])] },
            new(),
            new() { Tokens = [new Token(4, "d", -4, [new("code", 1)]), new Token(5, "e", -5, [new("law", 1)]), new Token(6, "f", -6, [new("tax", 1)])], Finish = FinishReason.Stop },
        ];

        Assert.All(chunks, chunk => Assert.Equal(new WireAnswer().Write(chunk), _answer.Write(chunk)));
    }

    [Fact]
    public void Write_OneTokenAChunk_AllocatesNothingOnceItIsWarm()
    {
        var chunk = new CompletionChunk { Text = "a", Tokens = [new Token(1, "a", -1, [new("law", 1)])] };
        _answer.Write(chunk);
        _answer.Write(chunk);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _answer.Write(chunk);
        }

        // Enumerating repeated fields boxes: two lists and one list a token.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000 * 160);
    }
}
