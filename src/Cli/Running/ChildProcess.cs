using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ExpertCluster.Node.Logs;

namespace ExpertCluster.Cli.Running;

/// <summary>
/// One process of the cluster: its output goes to a log file, its input closes when this process dies. Its pipes are read
/// whatever becomes of the file, so that it never waits for its log.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Bytes of a log file; there are two, this one and the one before it.</summary>
    public const long LogLimit = 8 << 20;

    private const int SigTerm = 15;
    private const int LongestLastLine = 2000;

    /// <summary>What the end waits for a file that takes no more.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly RotatingFile _file;
    private readonly DroppingLog _log;
    private readonly Task _reading;
    private string _lastOutput = "";
    private string _lastError = "";

    private ChildProcess(NodeSpec spec, Process process, TextWriter errors, TimeProvider time)
    {
        Name = spec.Name;
        Log = spec.Log;
        _process = process;
        _file = new RotatingFile(spec.Log, LogLimit);
        _log = new DroppingLog($"log of {spec.Name}", _file.Write, time, Tell);
        _reading = Task.WhenAll(
            CopyAsync(process.StandardOutput, line => _lastOutput = line),
            CopyAsync(process.StandardError, line => _lastError = line));

        void Tell(Exception error) =>
            errors.WriteLine($"the log of {spec.Name} can't be written: {error.Message}; its lines are dropped until it can be again");
    }

    public string Name { get; }

    /// <summary>Path of the log file.</summary>
    public string Log { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <param name="spec">What to start.</param>
    /// <param name="errors">Told once where the log can't be written.</param>
    /// <param name="time">Counts the pauses between two tries of the log.</param>
    /// <exception cref="ClusterStartException">There is no such program, or the system starts no more.</exception>
    public static ChildProcess Start(NodeSpec spec, TextWriter errors, TimeProvider time)
    {
        var start = new ProcessStartInfo(spec.Program[0], spec.Program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in spec.Settings)
        {
            start.Environment[key] = value;
        }

        try
        {
            return new ChildProcess(spec, Process.Start(start)!, errors, time);
        }
        catch (Win32Exception error)
        {
            throw new ClusterStartException($"{spec.Name}: {spec.Program[0]} can't be started: {error.Message}");
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>Asks the process to drain and end.</summary>
    public void Terminate()
    {
        if (!_process.HasExited && Kill(_process.Id, SigTerm) != 0)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The last line that it wrote, once it has exited: on standard error, where it wrote anything there.</summary>
    public async Task<string> LastLineAsync()
    {
        await _reading;
        _log.Drain(LogPatience);
        return _lastError.Length > 0 ? _lastError : _lastOutput.Length > 0 ? _lastOutput : "it wrote nothing";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _reading;
        _log.Dispose();
        if (_log.Drain(LogPatience))
        {
            _file.Dispose();
        }

        _process.Dispose();
    }

    private async Task CopyAsync(StreamReader reader, Action<string> last)
    {
        await using var lines = new LineWriter(text =>
        {
            if (LastLineOf(text) is { Length: > 0 } line)
            {
                last(line.Length > LongestLastLine ? line[..LongestLastLine] : line);
            }

            _log.Write(text);
        });
        char[] buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            lines.Write(buffer.AsSpan(0, read));
        }

        await lines.FlushAsync();
    }

    private static string LastLineOf(string text)
    {
        var rest = text.AsSpan().TrimEnd();
        return rest[(rest.LastIndexOf('\n') + 1)..].ToString();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
