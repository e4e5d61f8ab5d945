using ExpertCluster.Node.Security;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Security;

public sealed class BearerTokensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("abcdefghijklmnop", 1)]
    [InlineData("abcdefghijklmnop\n", 1)]
    [InlineData("\r\n abcdefghijklmnop \r\n\r\nABC-._~+/=123456789\r\n", 2)]
    public void Parse_Lines_AreTokens(string text, int count)
    {
        var tokens = BearerTokens.Parse(text);

        Assert.Equal((null, count, "abcdefghijklmnop"), (tokens.Problem, tokens.Tokens.Count, tokens.Tokens[0]));
        Assert.DoesNotContain("abc", tokens.ToString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("fifo", "a FIFO")]
    [InlineData("device", "a device")]
    [InlineData("folder", "a folder")]
    public Task ReadFile_NoFileInItsPlace_IsRefused(string kind, string named) => Task.Run(() =>
    {
        SpecialFile.Put(_folder["token"], kind);

        Assert.Equal($"'{_folder["token"]}' is no regular file but {named}", BearerTokens.ReadFile(_folder["token"]).Problem);
    });

    [Theory]
    [InlineData("", "1 to 8 tokens")]
    [InlineData(" \n\t\n", "1 to 8 tokens")]
    [InlineData("abcdefghijklmno", "16 to 512")]
    [InlineData("abcdefghijklmnop\nabcdefghijklmno", "16 to 512")]
    [InlineData("abcdefgh ijklmnop", "16 to 512")]
    [InlineData("abcdefghijklmnop\u00e9", "16 to 512")]
    [InlineData("abcdefghijklmnop\0", "16 to 512")]
    [InlineData("abcdefghijklmnop,", "16 to 512")]
    public void Parse_WhatIsNone_SaysTheLimitAndNothingOfTheText(string text, string limit)
    {
        var tokens = BearerTokens.Parse(text);

        Assert.Empty(tokens.Tokens);
        Assert.Contains(limit, tokens.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("abcd", tokens.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AtTheLimits_IsTakenAndBeyondNot()
    {
        Assert.Null(BearerTokens.Parse(new string('a', 512)).Problem);
        Assert.NotNull(BearerTokens.Parse(new string('a', 513)).Problem);
        Assert.Null(BearerTokens.Parse(string.Join('\n', Enumerable.Repeat("abcdefghijklmnop", 8))).Problem);
        Assert.NotNull(BearerTokens.Parse(string.Join('\n', Enumerable.Repeat("abcdefghijklmnop", 9))).Problem);
    }

    [Fact]
    public void ReadFile_TooLargeOrNone_NamesTheFile()
    {
        File.WriteAllText(_folder["large"], new string('\n', (1 << 14) + 1));

        Assert.Contains(_folder["large"], BearerTokens.ReadFile(_folder["large"]).Problem, StringComparison.Ordinal);
        Assert.Contains(_folder["none"], BearerTokens.ReadFile(_folder["none"]).Problem, StringComparison.Ordinal);
        Assert.NotNull(BearerTokens.ReadFile(_folder.Path).Problem);
    }
}
