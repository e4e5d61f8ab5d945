using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class TextOutputTests
{
    [Fact]
    public async Task EndToken_EndsWithStopAndIsNotPartOfTheText()
    {
        await using var engine = Start(Scripted("abc?"));
        var stream = engine.Generate(Request([0], maxTokens: 10) with { EndTokens = new HashSet<int> { 31 } });

        var tokens = await stream.ReadAsync();

        Assert.Equal([0, 1, 2, -1], tokens.Ids());
        Assert.Equal("abc", tokens.Text());
        Assert.Equal((FinishReason.Stop, null, 31), (tokens[^1].Finish, tokens[^1].StopText, tokens[^1].StopToken));
        Assert.Equal(4, stream.CompletionTokens);
    }

    [Fact]
    public async Task VisibleToken_GivesItsTextWhereverItComes()
    {
        await using var engine = Start(Scripted("abc"));

        var tokens = await engine.Generate(Request([0], maxTokens: 3) with { VisibleTokens = new Dictionary<int, string> { [1] = "[CALL]" }, Stop = ["ALL]c"] }).ReadAsync();

        Assert.Equal("ab[C", tokens.Text());
        Assert.Equal(FinishReason.Stop, tokens[^1].Finish);
    }

    [Fact]
    public async Task EndToken_FlushesWhatWasHeldForAStop()
    {
        await using var engine = Start(Scripted("abx?"));

        var tokens = await engine.Generate(
            Request([0], maxTokens: 10) with { EndTokens = new HashSet<int> { 31 }, Stop = ["bxy"] }).ReadAsync();

        Assert.Equal(["a", "", "", "bx"], tokens.Select(token => token.Text));
    }

    [Fact]
    public async Task StopString_AcrossTokens_EndsTheTextBeforeIt()
    {
        await using var engine = Start(Scripted("helloworld"));

        var tokens = await engine.Generate(Request([0], maxTokens: 10) with { Stop = ["low", "zz"] }).ReadAsync();

        Assert.Equal("hel", tokens.Text());
        Assert.Equal(6, tokens.Count);
        Assert.Equal((FinishReason.Stop, "low", null), (tokens[^1].Finish, tokens[^1].StopText, tokens[^1].StopToken));
    }

    [Fact]
    public async Task MaxTokens_ReachedInsideAStop_FlushesTheHeldText()
    {
        await using var engine = Start(Scripted("helloworld"));

        var tokens = await engine.Generate(Request([0], maxTokens: 5) with { Stop = ["low"] }).ReadAsync();

        Assert.Equal("hello", tokens.Text());
        Assert.Equal((FinishReason.Length, null, null), (tokens[^1].Finish, tokens[^1].StopText, tokens[^1].StopToken));
    }

    [Fact]
    public async Task HalfACharacter_IsNeverGiven()
    {
        await using var engine = Start(Scripted("a!!b!"));

        var tokens = await engine.Generate(Request([0], maxTokens: 5)).ReadAsync();

        Assert.Equal(["a", "", "é", "b", "\uFFFD"], tokens.Select(token => token.Text));
    }

    /// <summary>Gives these tokens, whatever it is asked: letters, '!' half a character, '?' token 31.</summary>
    private static HashRunner Scripted(string script) => new()
    {
        OnRan = batch =>
        {
            int at = batch.Positions[batch.OutputRows[0]];
            batch.LogitsOf(0)[script[at] switch { '!' => 30, '?' => 31, var c => c - 'a' }] = 100;
        },
    };
}
