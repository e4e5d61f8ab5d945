using System.CommandLine;
using System.CommandLine.Invocation;

namespace ExpertCluster.CommandLine;

/// <summary>Runs a command line to its exit code.</summary>
public static class CommandProgram
{
    /// <summary>A failure; its stack is on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or what it names, can't be used: one sentence on standard error.</summary>
    public const int Refused = 2;

    /// <param name="root">The commands.</param>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="explain">The sentence for a failure that the user can mend, where it is no failure of files, which are told here.</param>
    /// <param name="invocation">Where output goes, and how signals are taken.</param>
    /// <param name="cancellation">Stops the command as a signal does.</param>
    public static async Task<int> RunAsync(
        RootCommand root,
        IReadOnlyList<string> arguments,
        Func<Exception, string?> explain,
        InvocationConfiguration invocation,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(explain);
        ArgumentNullException.ThrowIfNull(invocation);
        invocation.EnableDefaultExceptionHandler = false;
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string error in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
            {
                await invocation.Error.WriteLineAsync(error);
            }

            return Refused;
        }

        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
        catch (Exception error) when ((explain(error) ?? ExplainFile(error)) is { } sentence)
        {
            await invocation.Error.WriteLineAsync(sentence);
            return Refused;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await invocation.Error.WriteLineAsync(error.ToString());
            return Failed;
        }
    }

    private static string? ExplainFile(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException ? error.Message : null;
}
