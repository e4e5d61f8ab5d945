using System.Diagnostics;

namespace Prometheus.Tests.Support;

/// <summary>Prometheus' own linter.</summary>
internal static class Promtool
{
    private static readonly Lazy<Task> Installed = new(async () =>
    {
        var (code, output) = await RunAsync(Path.Combine(Repository(), "build", "setup-tools.sh"), ["promtool"], null);
        Assert.True(code == 0, output);
    });

    /// <summary>Exit code and complaints of <c>promtool check metrics</c>.</summary>
    public static async Task<(int Code, string Output)> CheckMetricsAsync(string exposition)
    {
        await Installed.Value;
        return await RunAsync("promtool", ["check", "metrics"], exposition);
    }

    private static async Task<(int Code, string Output)> RunAsync(string file, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await error);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("ExpertCluster.sln is not above the tests.");
        }

        return folder.FullName;
    }
}
