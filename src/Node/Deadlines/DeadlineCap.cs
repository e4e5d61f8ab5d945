using ExpertCluster.Node.Options;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Node.Deadlines;

/// <summary>
/// No gRPC call runs for ever: one that names no time limit, an unreadable or a longer one gets the server's. The limit is put
/// into the request, where the gRPC server reads it, so that the deadline is its own from the first moment to the status.
/// </summary>
internal sealed class DeadlineCap(TransportOptions options, TimeProvider time)
{
    /// <summary>Watches health for as long as its caller likes; it costs next to nothing and holds no slot.</summary>
    private const string Endless = "/grpc.health.v1.Health/Watch";

    private readonly TimeSpan _longest = TimeSpan.FromSeconds(options.MaxCallSeconds);
    private readonly string _header = TimeoutHeader.Write(TimeSpan.FromSeconds(options.MaxCallSeconds));

    public Task RunAsync(HttpContext http, RequestDelegate next) =>
        IsGrpc(http.Request) && http.Request.Path != Endless ? RunLimitedAsync(http, next) : next(http);

    private async Task RunLimitedAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Request.Headers;
        if (!TimeoutHeader.TryRead(headers[TimeoutHeader.Name].ToString(), out var timeout) || timeout > _longest)
        {
            timeout = _longest;
            headers[TimeoutHeader.Name] = _header;
        }

        long start = time.GetTimestamp();
        await next(http);
        await DeadlineReset.EndAsync(http, time.GetElapsedTime(start), timeout, time);
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;
}
