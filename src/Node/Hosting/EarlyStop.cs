using System.Runtime.InteropServices;
using ExpertCluster.Node.Exit;
using Microsoft.Extensions.Hosting;

namespace ExpertCluster.Node.Hosting;

/// <summary>
/// Takes SIGTERM for as long as the process lives, so that at no moment the system's own answer holds, which is a death by signal. Until the
/// application listens there is nothing to finish, and the process ends at once; from then on it is the application's.
/// </summary>
internal sealed class EarlyStop : IDisposable
{
    private static volatile bool _applicationListens;

    private readonly PosixSignalRegistration _signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    public void Dispose() => _signal.Dispose();

    private static void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!_applicationListens)
        {
            ProcessEnd.AtOnce(NodeExitCodes.Stopped);
        }
    }

    /// <summary>Says that the application listens: the first that the host does once it takes signals itself.</summary>
    public sealed class Handover : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            _applicationListens = true;
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
