using System.Diagnostics;
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
        var (code, output, errors) = await StartAsync(program, ("STALLSECONDS", "0"));

        Assert.Equal((BadSettings, ""), (code, output));
        Assert.Contains("StallSeconds is 0", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> StartAsync(string program, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", TestCluster.ProgramPath(program)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (string, string)[] all =
        [
            ("PREPARED", _prepared.Path), ("ADVERTISEDADDRESS", "10.0.0.7"), .. settings,
        ];
        foreach (var (name, value) in all)
        {
            start.Environment[NodeProcess.Prefix + name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
