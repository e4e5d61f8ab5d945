using ExpertCluster.Node.Options;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Node.Hosting;

/// <summary>
/// Gives the readers of streams a limited time for each message. HTTP/2's flow control holds up a write for as long as the
/// reader takes nothing, and Kestrel waits with it: without a limit, a reader that stops reading keeps its request, and all
/// that the request holds, for ever.
/// </summary>
/// <param name="options">Says the limit.</param>
/// <param name="time">Measures it.</param>
public sealed class StallGuard(NodeOptions options, TimeProvider time)
{
    // ENHANCE_YOUR_CALM (RFC 9113, section 7); gRPC clients show it as RESOURCE_EXHAUSTED.
    private const int EnhanceYourCalm = 0xb;

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(options.StallSeconds);

    /// <summary>Waits for a write to a response. Past the limit, resets that response's stream, and nothing else of its connection.</summary>
    /// <exception cref="StalledReaderException">The reader took nothing for the limit's time.</exception>
    public ValueTask WaitAsync(Task write, HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(http);
        return write.IsCompletedSuccessfully ? ValueTask.CompletedTask : WaitWithLimitAsync(write, http);
    }

    private async ValueTask WaitWithLimitAsync(Task write, HttpContext http)
    {
        try
        {
            await write.WaitAsync(_limit, time);
        }
        catch (TimeoutException)
        {
            if (http.Features.Get<IHttpResetFeature>() is { } stream)
            {
                stream.Reset(EnhanceYourCalm);
            }
            else
            {
                // HTTP/1.1: the connection carries this response alone.
                http.Abort();
            }

            // Nothing may touch the response's pipe after the request's end.
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new StalledReaderException(_limit);
        }
    }
}
