using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>A silo in a process of its own, to be killed and stopped.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private readonly Process _process;

    private SiloProcess(Process process, SiloAddress address)
    {
        _process = process;
        Address = address;
    }

    public SiloAddress Address { get; }

    public int Id => _process.Id;

    public static async Task<SiloProcess> StartAsync(int primaryPort)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "Microsoft.Orleans.Server.Tests.Silo.dll");
        var start = new ProcessStartInfo("dotnet", [assembly, FreePort.Take(1)[0].ToString(CultureInfo.InvariantCulture), primaryPort.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        Assert.StartsWith("ready ", line, StringComparison.Ordinal);
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
