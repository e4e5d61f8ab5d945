using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Text.Bounds;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// Runs encoders on threads of their own: never on the thread pool, and never more at once than a base's steps can bear beside them. A call has one piece of work here at a
/// time, so a long one holds up others by that piece alone.
/// </summary>
internal sealed class EncoderThreads(RuntimeOptions options, TimeProvider time) : IDisposable
{
    private readonly Lazy<TextLane> _lane = new(
        () => new TextLane("encoders", options.EncoderThreads, options.EncoderQueueLimit, niceness: 0, time, ThreadClock.Instance));

    /// <param name="work">A piece of work: heeds its token where it takes long.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestRefusedException">RESOURCE_EXHAUSTED: too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation) =>
        _lane.Value.TryRun(work, Timeout.InfiniteTimeSpan, cancellation)
        ?? throw new RequestRefusedException(
            StatusCode.ResourceExhausted, $"{options.EncoderQueueLimit} calls wait on this host for an encoder; no more are taken");

    public void Dispose()
    {
        if (_lane.IsValueCreated)
        {
            _lane.Value.Dispose();
        }
    }
}
