using System.Diagnostics;
using System.Text;

namespace ExpertCluster.TestSupport;

/// <summary>Runs a program to its end.</summary>
public static class Tool
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What the program wrote on standard output.</summary>
    /// <exception cref="InvalidOperationException">It exited with another code than 0; the message has what it said.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string directory, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{program} exited with {process.ExitCode}: {output.Result}\n{errors.Result}");
    }

    /// <summary>Installs Debian tools that are missing (build/setup-tools.sh), by command name.</summary>
    public static void Require(params string[] tools) =>
        Run(RepositoryRoot.Combine("build", "setup-tools.sh"), tools, RepositoryRoot.Path);
}
