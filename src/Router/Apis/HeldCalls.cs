using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Resumption;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Apis;

/// <summary>Calls whose streams are to outlive them, whatever API they come by: a header asks for it, which gRPC's metadata are, too.</summary>
internal sealed class HeldCalls(HeldStreams held, StreamFinder finder)
{
    /// <summary>Asks for a stream to be held, and says under which id. The name is llama.cpp's.</summary>
    public const string Header = "X-Conversation-Id";

    /// <summary>The router shall make an id.</summary>
    private const string Made = "auto";

    /// <summary>Whether a streamed answer is to outlive its call.</summary>
    public static bool AreHeld(HttpContext http) => !StringValues.IsNullOrEmpty(http.Request.Headers[Header]);

    /// <param name="http">The call.</param>
    /// <param name="requestId">Of the request.</param>
    /// <param name="kind">Of the API whose words the stream has.</param>
    /// <param name="produce">Adds the events; what it fails with is told behind them.</param>
    /// <returns>The caller's own reader.</returns>
    /// <exception cref="RequestFailedException">The id is none, there is no room, or the router stops.</exception>
    public HeldReader Begin(HttpContext http, string requestId, string kind, Func<HeldStream, CancellationToken, Task> produce)
    {
        string id = IdOf(http, requestId);
        var reader = held.Begin(id, kind, produce);
        if (StreamIds.RouterOf(id) is null)
        {
            // Not waited for: of two streams of one id the newer one counts, whoever is asked.
            _ = finder.DropOthersAsync(id, reader.Stream.BegunAt);
        }

        return reader;
    }

    private static string IdOf(HttpContext http, string requestId)
    {
        string id = http.Request.Headers[Header].ToString();
        if (id == Made)
        {
            return StreamIds.OfStream(requestId);
        }

        StreamIds.Check(id, Header);
        return id;
    }
}
