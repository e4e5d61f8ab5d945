using System.Diagnostics;

namespace ExpertCluster.Bench;

/// <summary>
/// A benchmark in a process of its own, which compiles as services do: in tiers, with what it learns of the callers. This
/// process compiles everything at once, for the short jobs of the micro-benchmarks.
/// </summary>
internal static class TieredProcess
{
    private const string Setting = "DOTNET_TieredCompilation";

    public static bool IsThis => Environment.GetEnvironmentVariable(Setting) == "1";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { Environment = { [Setting] = "1" } };
        foreach (string argument in (IEnumerable<string>)["exec", typeof(TieredProcess).Assembly.Location, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode;
    }
}
