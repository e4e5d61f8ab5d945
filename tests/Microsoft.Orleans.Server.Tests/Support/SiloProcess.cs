using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>A silo in a process of its own, to be killed and stopped.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private static int _started;

    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private SiloProcess(Process process, SiloAddress address)
    {
        _process = process;
        Address = address;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public SiloAddress Address { get; }

    public int Id => _process.Id;

    /// <summary>What the process has logged, all of it once it has ended.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    public static async Task<SiloProcess> StartAsync(int primaryPort, TimeSpan? probes = null, string? name = null)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "Microsoft.Orleans.Server.Tests.Silo.dll");
        string[] arguments =
        [
            assembly,
            Text(FreePort.Take(1)[0]),
            Text(primaryPort),
            name ?? $"process{Interlocked.Increment(ref _started)}",
            Text((probes ?? TestSilo.PatientProbes).Seconds),
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        if (line?.StartsWith("ready ", StringComparison.Ordinal) != true)
            Assert.Fail($"The process did not start: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return new(process, SiloAddress.FromParsableString(line!["ready ".Length..]));
    }

    public void Kill() => _process.Kill();

    public void Pause() => Assert.Equal(0, Signal(Id, SigStop));

    public void Resume() => Assert.Equal(0, Signal(Id, SigContinue));

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to stop in order.</summary>
    public void Stop() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
