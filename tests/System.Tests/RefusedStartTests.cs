using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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

    [Theory(Timeout = 120_000)]
    [InlineData("cuda", "ExpertCluster:Runtime:Provider is 'cuda', but", "or choose 'cpu'")]
    [InlineData("webgpu", "ExpertCluster:Runtime:Provider is 'webgpu'", "it must be one of cpu, cuda")]
    public async Task Start_ProviderThatThisBuildLacks_PrintsOneLineThatSaysWhatToDo(string provider, string what, string remedy)
    {
        var (code, output, errors) = await StartAsync("ExpertHost", ("RUNTIME__PROVIDER", provider));

        Assert.Equal((BadSettings, ""), (code, output));
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(what, line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Start_BaseThatCannotBeLoaded_EndsWithOneLineThatNamesIt()
    {
        var folder = _prepared["bases/broken"];
        Directory.CreateDirectory(folder);
        new PreparedCatalogue { Bases = [new PreparedBase("broken", folder, HasTokenGate: false)], Experts = [] }.Save(_prepared.Path);

        // A silo of its own: nothing else has to be there.
        (string, string)[] ports = [.. new[] { "HTTPPORT", "GRPCPORT", "SILOPORT", "GATEWAYPORT" }.Zip(FreePorts(4), (name, port) => (name, $"{port}"))];
        var (code, _, errors) = await StartAsync("ExpertHost", [("ADVERTISEDADDRESS", "127.0.0.1"), .. ports]);

        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("base 'broken' can't be loaded: ", line, StringComparison.Ordinal);
        Assert.Equal(BadSettings, code);
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
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
