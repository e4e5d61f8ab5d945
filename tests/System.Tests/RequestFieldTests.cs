using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>What a request asks of the draw holds on a real cluster, whatever merge is in force.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class RequestFieldTests(SharedCluster shared)
{
    private const string Question = "Which court decides on the Kolar lease?";

    public static TheoryData<MergeMode, MergeScope> Merges => new()
    {
        { MergeMode.Route, MergeScope.Token },
        { MergeMode.Route, MergeScope.Request },
        { MergeMode.Mix, MergeScope.Token },
        { MergeMode.Mix, MergeScope.Request },
        { MergeMode.Ensemble, MergeScope.Request },
        { MergeMode.Ensemble, MergeScope.Token },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Complete_MasksAndBiases_HoldWhateverTheMerge(MergeMode mode, MergeScope scope)
    {
        int[] plain = Ids(await AskAsync(mode, scope, _ => { }));

        int[] allowed = Ids(await AskAsync(mode, scope, s => s.AllowedTokenIds.AddRange(plain[..3])));
        int[] biased = Ids(await AskAsync(mode, scope, s => s.LogitBias.Add(plain[2], 100)));
        var stopped = await AskAsync(mode, scope, s => s.StopTokenIds.Add(plain[4]));
        int[] late = Ids(await AskAsync(mode, scope, s =>
        {
            s.StopTokenIds.Add(plain[4]);
            s.MinTokens = 10;
        }));

        Assert.All(allowed, id => Assert.Contains(id, plain[..3]));
        Assert.All(biased, id => Assert.Equal(plain[2], id));
        Assert.Equal((FinishReason.Stop, Array.IndexOf(plain, plain[4])), (stopped.Finish, stopped.Tokens.Count));
        Assert.DoesNotContain(plain[4], late.Take(10));
        Assert.True(late.Length >= 10);
    }

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Complete_BadWords_AreNotWritten(MergeMode mode, MergeScope scope)
    {
        string text = (await AskAsync(mode, scope, _ => { })).Text.Trim();
        string[] words = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.All(char.IsAsciiLetter)).Distinct().Take(3)];

        string other = (await AskAsync(mode, scope, s => s.BadWords.AddRange(words))).Text;

        Assert.NotEmpty(words);
        Assert.NotEqual(text, other.Trim());
    }

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Complete_TopLogprobs_AreThoseOfTheMergedDistribution(MergeMode mode, MergeScope scope)
    {
        var answer = await AskAsync(mode, scope, s => s.TopLogprobs = 5);

        Assert.All(answer.Tokens, t =>
        {
            Assert.Equal((t.Id, t.Logprob, 5), (t.Top[0].Id, t.Top[0].Logprob, t.Top.Count));
            Assert.Equal(t.Text, t.Bytes.ToStringUtf8());
            Assert.True(t.Top.Sum(one => Math.Exp(one.Logprob)) <= 1.0001);
        });
    }

    [Fact]
    public async Task Complete_PromptTokensWithoutAModel_AreRefused()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => shared.Cluster.Client.AskAsync(new CompleteRequest { PromptTokens = { 5, 6 } }));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith("prompt_tokens are a base's own", error.Status.Detail, StringComparison.Ordinal);
    }

    private static int[] Ids(Answer answer) => [.. answer.Tokens.Select(t => t.Id)];

    private Task<Answer> AskAsync(MergeMode mode, MergeScope scope, Action<Sampling> change)
    {
        var request = Requests.Chat("auto", Question, 16);
        request.Sampling.IgnoreEos = true;
        request.Merge = new Merge { Mode = mode, Scope = scope };
        change(request.Sampling);
        return shared.Cluster.Client.AskAsync(request);
    }
}
