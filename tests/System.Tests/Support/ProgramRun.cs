using System.Diagnostics;

namespace ExpertCluster.SystemTests.Support;

/// <summary>One of the programs, run to its end.</summary>
internal sealed record ProgramRun(int Code, string Output, string Errors)
{
    /// <param name="program">Cli, Router or ExpertHost.</param>
    /// <param name="environment">Beside this process's own; null takes a variable away.</param>
    /// <param name="arguments">Of the program.</param>
    public static async Task<ProgramRun> ToEndAsync(string program, IEnumerable<(string Name, string? Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", TestCluster.ProgramPath(program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new ProgramRun(process.ExitCode, await output, await errors);
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
