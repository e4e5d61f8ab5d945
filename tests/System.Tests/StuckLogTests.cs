using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>Nothing waits for its log: not a node whose output nobody reads or takes, and not a cluster whose logs fill their disk.</summary>
public sealed partial class StuckLogTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="program">Router or ExpertHost.</param>
    /// <param name="redirection">Where its output goes; nobody reads the pipe that it has without one.</param>
    [Theory(Timeout = 60_000)]
    [InlineData("Router", "")]
    [InlineData("Router", "2>&1")]
    [InlineData("Router", ">/dev/full 2>&1")]
    [InlineData("ExpertHost", "2>&1")]
    public async Task Node_OutputNobodyTakes_ServesCountsAndStops(string program, string redirection)
    {
        new PreparedCatalogue { Bases = [], Experts = [] }.Save(Directory.CreateDirectory(_folder["prepared"]).FullName);
        int[] ports = FreePorts.Take(4);
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet exec '{TestCluster.ProgramPath(program)}' {redirection}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        foreach (var (name, value) in NodeGroup.Settings("node", _folder["prepared"], ports))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };
            await Gauges.UntilAsync(() => AnswersAsync(http));
            await Gauges.UntilAsync(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await http.GetStringAsync(new Uri("/health/live", UriKind.Relative), _cancellation);
                }

                return await DroppedAsync(http) > 0;
            });

            TestCluster.Terminate(process.Id);
            await process.WaitForExitAsync(_cancellation);

            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Up_LogDiskFullThenFreed_ServesAllTheWhileAndLogsAgain()
    {
        string logs = Directory.CreateDirectory(_folder["cache/logs"]).FullName;
        var (code, _, why) = await Tool.TryAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", logs], cancellationToken: _cancellation);
        Assert.SkipUnless(code == 0, $"mounting is not permitted here: {why}");
        try
        {
            await using var cluster = await TestCluster.StartInAsync(
                new Dictionary<string, string> { ["EXPERTCLUSTER_CACHE"] = _folder["cache"], ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace" },
                "--hosts",
                "1");
            string log = Directory.GetFiles(logs, "router.log", SearchOption.AllDirectories).Single();
            Fill(Path.Combine(logs, "other"));

            // More than pipes and queues hold, and each request says a good deal.
            for (int i = 0; i < 100; i++)
            {
                Assert.NotEmpty((await cluster.Client.AskAsync(Requests.Chat("law", "Who decides?", 4))).Text);
            }

            long full = new FileInfo(log).Length;
            File.Delete(Path.Combine(logs, "other"));
            await Gauges.UntilAsync(async () =>
            {
                await cluster.Client.AskAsync(Requests.Chat("law", "Who decides?", 4));
                return new FileInfo(log).Length > full;
            });

            Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
            Assert.Contains("the log of router can't be written: ", await cluster.Errors, StringComparison.Ordinal);
            Assert.Contains("lines of this log were dropped", await File.ReadAllTextAsync(log, _cancellation), StringComparison.Ordinal);
        }
        finally
        {
            await Tool.RunAsync("umount", ["-l", logs], cancellationToken: CancellationToken.None);
        }
    }

    private static void Fill(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(() => Enumerable.Range(0, 10_000).ToList().ForEach(_ => filler.Write(new byte[4096])));
    }

    private async Task<double> DroppedAsync(HttpClient http)
    {
        string metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), _cancellation);
        return double.Parse(DroppedLines().Match(metrics).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/live", UriKind.Relative), _cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    [GeneratedRegex(@"^expert_cluster_log_lines_dropped_total (\S+)$", RegexOptions.Multiline)]
    private static partial Regex DroppedLines();
}
