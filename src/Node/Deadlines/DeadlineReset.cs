using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Node.Deadlines;

/// <summary>
/// Resets the stream of a call that ended at its deadline. A handler that notices the deadline before the gRPC server does ends with a
/// status, which goes behind what the reader has not taken yet: where it takes nothing more, flow control holds up both for as long as
/// the connection lives. A call that the gRPC server ends it resets itself.
/// </summary>
internal static class DeadlineReset
{
    /// <summary>How long the status, and what was sent before it, have. A client waits for neither: its deadline has passed, too.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // Timers go by a coarser clock than timestamps.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(20);

    // CANCEL (RFC 9113, section 7), as the gRPC server's own reset.
    private const int Cancel = 8;

    /// <summary>For a call whose handler has returned; its context is its own until this does.</summary>
    /// <param name="http">Of the call.</param>
    /// <param name="elapsed">Since its begin.</param>
    /// <param name="timeout">From its begin to its deadline.</param>
    /// <param name="time">Measures the grace.</param>
    public static async Task EndAsync(HttpContext http, TimeSpan elapsed, TimeSpan timeout, TimeProvider time)
    {
        if (elapsed < timeout - Early || !http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        await http.Response.CompleteAsync();
        await Task.Delay(Grace, time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
    }
}
