using System.Diagnostics;
using ExpertCluster.Contracts;

namespace ExpertCluster.Cli.GateBench.Sets;

/// <summary>Makes the benchmark on this machine: models/gate-bench/make.sh.</summary>
internal static class BenchmarkMaker
{
    /// <summary>Git ignores it, as all that is built.</summary>
    private const string Output = "artifacts/gate-bench";

    private const string Script = "models/gate-bench/make.sh";

    /// <param name="root">The checkout.</param>
    /// <param name="told">Gets what the script says.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The benchmark's folder.</returns>
    /// <exception cref="SetupException">The script failed, or there is none.</exception>
    public static async Task<string> MakeAsync(string root, TextWriter told, CancellationToken cancellation)
    {
        string script = Path.Combine(root, Script);
        string output = Path.Combine(root, Output);
        if (!File.Exists(script))
        {
            throw new SetupException($"{script} is needed to make the benchmark, and is not there; name a folder that it made with --bench");
        }

        ProcessStartInfo start = new("bash", [script, output]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new SetupException("bash did not start");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await told.WriteAsync(await process.StandardOutput.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            await told.WriteAsync(await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0 ? output : throw new SetupException($"{Script} ended with {process.ExitCode}; the benchmark could not be made");
    }
}
