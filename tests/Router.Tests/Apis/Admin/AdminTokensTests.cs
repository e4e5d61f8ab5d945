using ExpertCluster.Contracts;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class AdminTokensTests : IDisposable
{
    private const string First = "the-first-token-of-all";
    private const string Second = "the-second-token-of-all";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Knows_Setting_IsThatTokenAlone()
    {
        using var tokens = Of(new RouterOptions { AdminToken = First });

        Assert.True(tokens.AreAsked);
        Assert.True(tokens.Knows(First));
        Assert.False(tokens.Knows(Second));
        Assert.False(tokens.Knows(""));
    }

    [Fact]
    public void AreAsked_NothingSet_IsNot()
    {
        using var tokens = Of(new RouterOptions());

        Assert.False(tokens.AreAsked);
        Assert.False(tokens.Knows(""));
    }

    /// <summary>As the kubelet changes a mounted secret: a link to a folder is swapped.</summary>
    [Fact]
    public async Task Knows_FileChanges_IsAsTheFileSays()
    {
        Mount($"{First}\n");
        using var tokens = Of(new RouterOptions { AdminTokenFile = _folder["token"] });
        await tokens.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(tokens.Knows(First));

        Mount($"{Second}\n{First}\n");
        Assert.False(tokens.Knows(Second));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(tokens.Knows(First) && tokens.Knows(Second));

        Mount(Second);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((false, true), (tokens.Knows(First), tokens.Knows(Second)));
        Assert.DoesNotContain(_log, line => line.Contains("-token-of", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("half of something that was written")]
    [InlineData(null)]
    public async Task Knows_FileThatCantBeUsed_IsAsBeforeAndToldOnce(string? content)
    {
        File.WriteAllText(_folder["token"], First);
        using var tokens = Of(new RouterOptions { AdminTokenFile = _folder["token"] });
        await tokens.StartAsync(TestContext.Current.CancellationToken);

        File.Delete(_folder["token"]);
        if (content is not null)
        {
            File.WriteAllText(_folder["token"], content);
        }

        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(tokens.AreAsked && tokens.Knows(First));
        string line = Assert.Single(_log);
        Assert.Contains("ExpertCluster:Router:AdminTokenFile", line, StringComparison.Ordinal);
        Assert.DoesNotContain("something that", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_NoFile_SaysSo() =>
        Assert.Contains(_folder["none"], Assert.Throws<SetupException>(() => Of(new RouterOptions { AdminTokenFile = _folder["none"] })).Message, StringComparison.Ordinal);

    private AdminTokens Of(RouterOptions options) => new(options, _time, new LogLines<AdminTokens>(_log));

    private void Mount(string content) => MountedVolume.Write(_folder, ("token", content));
}
