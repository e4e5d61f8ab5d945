using System.Diagnostics;
using System.Globalization;
using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>
/// SIGTERM at any moment of a start: an orderly end, and no stack. EXPERTCLUSTER_SWEEP_MILLISECONDS=50 tries every 50 ms of it, one after the other;
/// without, some moments that a seed picks.
/// </summary>
public sealed class EarlyStopTests(PreparedDemo demo) : IClassFixture<PreparedDemo>, IDisposable
{
    private const int Seed = 20261129;
    private const int Picked = 8;

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 900_000)]
    [InlineData("Router")]
    [InlineData("ExpertHost")]
    public async Task Terminate_AtAnyMomentOfAStart_EndsInOrder(string program)
    {
        foreach (var moment in Moments())
        {
            var (code, took, output, errors) = await StopAsync(program, moment);

            Assert.True(code == NodeExitCodes.Stopped, $"{program} after {moment.TotalMilliseconds} ms: {code}, {errors}{output}");
            Assert.True(took < LongestStop, $"{program} after {moment.TotalMilliseconds} ms: took {took}");
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
            Assert.DoesNotContain("xception", output, StringComparison.Ordinal);
            Assert.Equal("", errors);
        }
    }

    /// <summary>From the moment on at which the program takes the signal, and the instant that this takes.</summary>
    private static IEnumerable<TimeSpan> Moments()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("EXPERTCLUSTER_SWEEP_MILLISECONDS"), CultureInfo.InvariantCulture, out int step) && step > 0)
        {
            return Enumerable.Range(0, (int)(LongestStart.TotalMilliseconds / step) + 1).Select(i => Instant + TimeSpan.FromMilliseconds(i * step));
        }

        // Most of what a start does it does in its first second.
        var random = new Random(Seed);
        return [Instant, .. Enumerable.Range(0, Picked).Select(i => Instant + TimeSpan.FromMilliseconds(random.Next(i % 2 == 0 ? 800 : (int)LongestStart.TotalMilliseconds)))];
    }

    private async Task<(int Code, TimeSpan Took, string Output, string Errors)> StopAsync(string program, TimeSpan moment)
    {
        string home = Directory.CreateDirectory(_folder[Guid.NewGuid().ToString("N")]).FullName;
        var start = new ProcessStartInfo("dotnet", ["exec", TestCluster.ProgramPath(program)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in NodeGroup.Settings("node", new NodePlace(demo.Path, home), FreePorts.Take(4)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await UntilItTakesSignalsAsync(process);
            await Task.Delay(moment, TimeProvider.System, TestContext.Current.CancellationToken);
            long signalled = Stopwatch.GetTimestamp();
            TestCluster.Terminate(process.Id);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            return (process.ExitCode, Stopwatch.GetElapsedTime(signalled), await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>
    /// Until a library is there that is loaded right behind the line that takes the signal. Before, the runtime answers with 143, and what tells of that line itself tells too soon: the thread
    /// for signals is there before the system knows of it.
    /// </summary>
    private static async Task UntilItTakesSignalsAsync(Process process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!process.HasExited && !TakesSignals(process.Id))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool TakesSignals(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/maps").Contains("/ExpertCluster.Catalogue.dll", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return false;
        }
    }
}
