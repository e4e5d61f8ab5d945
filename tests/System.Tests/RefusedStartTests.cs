using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>A process that can not do what it is asked to says so in one line, and nothing else.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private const int BadSettings = 2;

    private readonly TemporaryFolder _prepared = new();

    public RefusedStartTests() => new PreparedCatalogue { Bases = [], Experts = [] }.Save(_prepared.Path);

    public void Dispose() => _prepared.Dispose();

    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost")]
    [InlineData("Router")]
    public async Task Start_WrongSetting_PrintsOneLineThatNamesIt(string program)
    {
        (string, string?)[] settings =
        [
            (NodeProcess.Prefix + "PREPARED", _prepared.Path), (NodeProcess.Prefix + "ADVERTISEDADDRESS", "10.0.0.7"), (NodeProcess.Prefix + "STALLSECONDS", "0"),
        ];

        var run = await ProgramRun.ToEndAsync(program, settings);

        Assert.Equal((BadSettings, ""), (run.Code, run.Output));
        Assert.Contains("StallSeconds is 0", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
