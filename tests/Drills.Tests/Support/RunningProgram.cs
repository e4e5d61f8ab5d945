using System.Collections.Concurrent;
using System.Diagnostics;

namespace ExpertCluster.Drills.Support;

/// <summary>A process on a machine, and the lines that it writes.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    /// <param name="machine">Where it runs.</param>
    /// <param name="program">Of the build, with its arguments.</param>
    /// <param name="environment">Variables, by their whole names.</param>
    /// <param name="lines">Gets what it writes, errors too.</param>
    public RunningProgram(Machine machine, IReadOnlyList<string> program, IReadOnlyDictionary<string, string> environment, ConcurrentQueue<string> lines)
    {
        _process = machine.Start(["dotnet", "exec", Node.ProgramPath(program[0]), .. program.Skip(1)], environment);
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, lines), ReadAsync(_process.StandardError, lines));
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public void Signal(int signal) => Posix.Signal(_process.Id, signal);

    /// <summary>It has ended, and all that it wrote is there.</summary>
    public async Task ExitedAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // A frozen one takes no other signal.
            Signal(Posix.Kill);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _reading;
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lines.Enqueue(line);
        }
    }
}
