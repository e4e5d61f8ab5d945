using System.Diagnostics;

namespace ExpertCluster.Deploy.Tests.Support;

/// <summary>Runs a command of the machine.</summary>
internal static class Tool
{
    public static async Task<(int Code, string Output, string Error)> TryAsync(
        string command, string[] arguments, string? input = null, string? folder = null)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    public static async Task<string> RunAsync(string command, string[] arguments, string? input = null, string? folder = null)
    {
        var (code, output, error) = await TryAsync(command, arguments, input, folder);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {code}: {error}{output}");
    }

    /// <summary>Installs Debian tools that are missing.</summary>
    public static Task SetUpAsync(params string[] tools) => RunAsync(Repository.Path("build", "setup-tools.sh"), tools);
}
