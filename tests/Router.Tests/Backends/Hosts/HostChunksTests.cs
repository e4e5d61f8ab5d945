using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;
using Google.Protobuf;
using FinishReason = ExpertCluster.Contracts.Answers.FinishReason;
using Usage = ExpertCluster.Contracts.Answers.Usage;
using WeightedExpert = ExpertCluster.Contracts.Completions.WeightedExpert;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class HostChunksTests
{
    private readonly HostChunks _chunks = new();

    [Fact]
    public void Read_Tokens_KeepsWhoGaveThem()
    {
        var read = _chunks.Read(new GenerateChunk { Text = "ab", Tokens = { TokenOf(1, ("law", 1)), TokenOf(2, ("law", 0.5), ("tax", 0.5)), TokenOf(3) } });

        Assert.Equal(("ab", FinishReason.None), (read.Text, read.Finish));
        Assert.Equal([1, 2, 3], read.Tokens.Select(t => t.Id));
        Assert.Equal([[new("law", 1)], [new("law", 0.5), new("tax", 0.5)], []], read.Tokens.Select(t => t.Experts));
        Assert.Null(read.Usage);
        Assert.Null(read.Plan);
    }

    /// <summary>A stream of one expert's tokens allocates their list of experts once.</summary>
    [Fact]
    public void Read_TheSameExpertsAgain_SharesTheirList()
    {
        var first = _chunks.Read(new GenerateChunk { Tokens = { TokenOf(1, ("law", 1)) } }).Tokens[0].Experts;

        Assert.Same(first, _chunks.Read(new GenerateChunk { Tokens = { TokenOf(2, ("law", 1)) } }).Tokens[0].Experts);
        Assert.Equal([new WeightedExpert("law", 0.9)], _chunks.Read(new GenerateChunk { Tokens = { TokenOf(3, ("law", 0.9)) } }).Tokens[0].Experts);
        Assert.Equal([new WeightedExpert("tax", 0.9)], _chunks.Read(new GenerateChunk { Tokens = { TokenOf(3, ("tax", 0.9)) } }).Tokens[0].Experts);
        Assert.Equal([new WeightedExpert("law", 1)], first);
    }

    [Fact]
    public void Read_FirstAndLast_HaveTheirFigures()
    {
        var first = _chunks.Read(new GenerateChunk { PromptUsage = new V1.Usage { PromptTokens = 9, CachedPromptTokens = 4 } });
        var text = _chunks.Read(new GenerateChunk { FinishReason = V1.FinishReason.Stop, Stop = new StopMatch { Text = "" } });
        var token = _chunks.Read(new GenerateChunk { FinishReason = V1.FinishReason.Stop, Stop = new StopMatch { Token = 0 } });

        Assert.Equal((new Usage(9, 0, 4), null, null), (first.PromptUsage, first.Usage, first.Stop));
        Assert.Equal((FinishReason.Stop, "", null), (text.Finish, text.Stop!.Text, text.Stop.Token));
        Assert.Equal((null, 0), (token.Stop!.Text, token.Stop.Token));
        Assert.Null(_chunks.Read(new GenerateChunk { Stop = new StopMatch() }).Stop);
    }

    [Fact]
    public void Read_TokenWithBytesAndTheLikeliest_KeepsThem()
    {
        var told = TokenOf(7, ("law", 1));
        told.Bytes = ByteString.CopyFrom(0xC3);
        told.Top.Add(new LikelyToken { Id = 8, Logprob = -0.5f, Bytes = ByteString.CopyFromUtf8("é") });

        var read = _chunks.Read(new GenerateChunk { Tokens = { told, TokenOf(9, ("law", 1)) } }).Tokens;

        Assert.Equal((byte[])[0xC3], read[0].Detail!.Bytes.ToArray());
        Assert.Equal([(8, -0.5f, "C3A9")], read[0].Detail!.Top.Select(t => (t.Id, t.LogProbability, Convert.ToHexString(t.Bytes.Span))));
        Assert.Null(read[1].Detail);
    }

    [Theory]
    [InlineData(V1.FinishReason.Stop, FinishReason.Stop)]
    [InlineData(V1.FinishReason.Length, FinishReason.Length)]
    [InlineData((V1.FinishReason)9, FinishReason.None)]
    public void Read_TheLastChunk_HasReasonAndUsage(V1.FinishReason sent, FinishReason expected)
    {
        var read = _chunks.Read(new GenerateChunk { FinishReason = sent, Usage = new V1.Usage { PromptTokens = 3, CompletionTokens = 4, CachedPromptTokens = 2 } });

        Assert.Equal((expected, new Usage(3, 4, 2)), (read.Finish, read.Usage));
        Assert.Empty(read.Tokens);
    }

    private static Token TokenOf(int id, params (string Name, double Weight)[] experts)
    {
        var token = new Token { Id = id, Text = "t", Logprob = -1 };
        token.Experts.AddRange(experts.Select(e => new V1.WeightedExpert { Name = e.Name, Weight = e.Weight }));
        return token;
    }
}
