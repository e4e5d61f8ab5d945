using System.Diagnostics;
using System.Text;

namespace ExpertCluster.TestSupport;

/// <summary>Runs a program to its end, in the checkout's root unless another directory is named.</summary>
public static class Tool
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Exit code, and what the program wrote on standard output and standard error.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryAsync(
        string program,
        IEnumerable<string> arguments,
        string? directory = null,
        string input = "",
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory ?? RepositoryRoot.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
    }

    /// <summary>What the program wrote on standard output.</summary>
    /// <exception cref="InvalidOperationException">It exited with another code than 0; the message has what it said.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? directory = null,
        string input = "",
        CancellationToken cancellationToken = default)
    {
        var (code, output, errors) = await TryAsync(program, arguments, directory, input, cancellationToken).ConfigureAwait(false);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {code}: {output}\n{errors}");
    }

    /// <inheritdoc cref="RunAsync"/>
    public static string Run(string program, IEnumerable<string> arguments, string? directory = null, string input = "") =>
        RunAsync(program, arguments, directory, input).GetAwaiter().GetResult();

    /// <summary>Installs Debian tools that are missing (build/setup-tools.sh), by command name.</summary>
    public static void Require(params string[] tools) => Run(RepositoryRoot.Combine("build", "setup-tools.sh"), tools);
}
