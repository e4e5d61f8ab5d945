using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExpertCluster.Cli.Running;

/// <summary>One process of the cluster: its output goes to a log file, its input closes when this process dies.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task _logging;

    private ChildProcess(string name, string log, Process process, Task logging)
    {
        Name = name;
        Log = log;
        _process = process;
        _logging = logging;
    }

    public string Name { get; }

    /// <summary>Path of the log file.</summary>
    public string Log { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    public static ChildProcess Start(NodeSpec spec)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in spec.Program)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in spec.Settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new ClusterStartException($"{spec.Name}: dotnet could not be started");
        return new ChildProcess(spec.Name, spec.Log, process, CopyAsync(process, spec.Log));
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

    /// <summary>The last line that it wrote, once it has exited.</summary>
    public async Task<string> LastLineAsync()
    {
        await _logging;
        return File.ReadLines(Log).LastOrDefault(line => line.Length > 0) ?? "it wrote nothing";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _logging;
        _process.Dispose();
    }

    private static async Task CopyAsync(Process process, string log)
    {
        await using var writer = TextWriter.Synchronized(new StreamWriter(log, append: true));
        await Task.WhenAll(Copy(process.StandardOutput), Copy(process.StandardError));

        async Task Copy(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                await writer.WriteLineAsync(line);
                await writer.FlushAsync();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
