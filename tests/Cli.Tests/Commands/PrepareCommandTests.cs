using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Commands;

/// <summary>What it refuses; what it makes is in System.Tests.</summary>
public sealed class PrepareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClusters _clusters = new();

    public void Dispose()
    {
        _clusters.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prepare_CatalogueMissing_IsOneSentence()
    {
        string line = await new CommandRun(_clusters, "prepare", "--config", _folder["experts.yaml"], _folder["out"]).RefusalAsync();

        Assert.Contains(_folder["experts.yaml"], line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_CatalogueThatIsNone_IsOneSentence()
    {
        await File.WriteAllTextAsync(_folder["experts.yaml"], "bases: [", TestContext.Current.CancellationToken);

        string line = await new CommandRun(_clusters, "prepare", "--config", _folder["experts.yaml"], _folder["out"]).RefusalAsync();

        Assert.Contains("experts.yaml", line, StringComparison.Ordinal);
    }

    /// <summary>Before anything is imported or trained.</summary>
    [Theory]
    [InlineData("prepare", "models")]
    [InlineData("prepare", "https://files.test/")]
    [InlineData("keep", "s3://M/a")]
    public async Task Publish_NoBucket_IsRefusedByTheOptionsName(string command, string uri)
    {
        var run = new CommandRun(_clusters, command, "--config", "a.yaml", "--publish", uri, _folder["out"]);

        Assert.Equal((2, ""), (await run.Code, run.Output.ToString()));
        Assert.Contains(run.Errors.Lines, line => line.Contains($"--publish is '{uri}'; it must be s3://BUCKET/PREFIX", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("prepare", "out")]
    [InlineData("prepare", "--config", "a.yaml")]
    [InlineData("prepare", "--config")]
    [InlineData("prepare", "--config", "a.yaml", "out", "more")]
    public async Task Prepare_WrongArguments_AreRefused(params string[] arguments)
    {
        var run = new CommandRun(_clusters, arguments);

        Assert.Equal((2, ""), (await run.Code, run.Output.ToString()));
        Assert.NotEmpty(run.Errors.Lines);
    }
}
