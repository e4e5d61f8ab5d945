using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>A process that can not do what it is asked to says so in one line, and nothing else.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly TemporaryFolder _prepared = new();

    public RefusedStartTests() => new PreparedCatalogue { Bases = [], Experts = [] }.Save(_prepared.Path);

    public void Dispose() => _prepared.Dispose();

    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost")]
    [InlineData("Router")]
    public async Task Start_WrongSetting_PrintsOneLineThatNamesIt(string program)
    {
        var (code, line) = await RefusedAsync(program, ("STALLSECONDS", "0"));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.Contains("StallSeconds is 0", line, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("cuda", "ExpertCluster:Runtime:Provider is 'cuda', but", "or choose 'cpu'")]
    [InlineData("webgpu", "ExpertCluster:Runtime:Provider is 'webgpu'", "it must be one of cpu, cuda")]
    public async Task Start_ProviderThatThisBuildLacks_PrintsOneLineThatSaysWhatToDo(string provider, string what, string remedy)
    {
        var (code, line) = await RefusedAsync("ExpertHost", ("RUNTIME__PROVIDER", provider));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.StartsWith(what, line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("Router")]
    [InlineData("ExpertHost")]
    public async Task Start_PortIsTaken_PrintsOneLineThatNamesIt(string program)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (code, line) = await RefusedAsync(program, ("HTTPPORT", port));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.Contains(":" + port, line, StringComparison.Ordinal);
    }

    /// <summary>Exit code and the one line of a start.</summary>
    private async Task<(int Code, string Line)> RefusedAsync(string program, params (string Name, string Value)[] settings)
    {
        (string, string)[] all = [("PREPARED", _prepared.Path), ("CLUSTERING__FILE", _prepared["members.json"]), .. settings];
        var run = await ProgramRun.ToEndAsync(program, [.. all.Select(s => (NodeProcess.Prefix + s.Item1, (string?)s.Item2))]);
        Assert.Equal("", run.Output);
        return (run.Code, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }
}
