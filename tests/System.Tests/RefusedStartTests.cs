using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>A process that can not do what it is asked to says so, one line a reason, and nothing else.</summary>
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
    [InlineData("ExpertHost", "RUNTIME__QUEUELIMT", "Runtime:QUEUELIMT", "QueueLimit")]
    [InlineData("Router", "ROUTER__MAXINFLIGT", "Router:MAXINFLIGT", "MaxInFlight")]
    public async Task Start_SeveralSettingsWrong_PrintsALineForEach(string program, string variable, string setting, string nearest)
    {
        var (code, lines) = await RefusedLinesAsync(program, (variable, "1"), ("HTTPPORT", "eighty"), ("TLS__KEYFILE", "k"), ("TRANSPORT__MAXCALLSECONDS", "0"));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.Equal(
            [
                $"ExpertCluster:HttpPort is 'eighty'; it must be a whole number, 1 to 65,535 (set by {NodeProcess.Prefix}HTTPPORT)",
                "ExpertCluster:Tls:CertificateFile must be set with KeyFile",
                $"ExpertCluster:Transport:MaxCallSeconds is 0; it must be 1 to 86400 seconds (set by {NodeProcess.Prefix}TRANSPORT__MAXCALLSECONDS)",
                $"ExpertCluster:{setting} is no setting; did you mean {nearest}? (set by {NodeProcess.Prefix}{variable})",
            ],
            lines.Order(StringComparer.Ordinal).OrderBy(line => line.Contains("no setting", StringComparison.Ordinal)));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost", "RUNTIME__PLACEMENT", "ExpertCluster:Runtime:Placement is luck; known are demand, round-robin, least-loaded")]
    [InlineData("Router", "POLICIES__HOSTPICKER", "ExpertCluster:Policies:HostPicker is luck; known are best, draw")]
    public async Task Start_PolicyThatThereIsNot_NamesTheSettingAndWhatThereIs(string program, string variable, string expected)
    {
        var (code, line) = await RefusedAsync(program, (variable, "luck"));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost", "RUNTIME__QUEUELIMIT", "65537")]
    [InlineData("ExpertHost", "RUNTIME__PREFILLCHUNK", "3")]
    [InlineData("Router", "ROUTER__MAXREQUESTBYTES", "4194305")]
    public async Task Start_OneBeyondTheLimit_IsRefusedAtOnce(string program, string variable, string value)
    {
        var (code, line) = await RefusedAsync(program, (variable, value));

        Assert.Equal(NodeExitCodes.Refused, code);
        Assert.Contains($" is {value}; it must be ", line, StringComparison.Ordinal);
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
        var (code, lines) = await RefusedLinesAsync(program, settings);
        return (code, Assert.Single(lines));
    }

    private async Task<(int Code, string[] Lines)> RefusedLinesAsync(string program, params (string Name, string Value)[] settings)
    {
        (string, string)[] all = [("PREPARED", _prepared.Path), ("CLUSTERING__FILE", _prepared["members.json"]), .. settings];
        var run = await ProgramRun.ToEndAsync(program, [.. all.Select(s => (NodeProcess.Prefix + s.Item1, (string?)s.Item2))]);
        Assert.Equal("", run.Output);
        return (run.Code, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
