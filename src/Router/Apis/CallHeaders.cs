using ExpertCluster.Contracts.Completions;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Apis;

/// <summary>What headers say of a request, whatever API it came by: gRPC's metadata are headers, too.</summary>
internal static class CallHeaders
{
    /// <param name="request">Gets them.</param>
    /// <param name="http">The call.</param>
    /// <param name="outlives">Whether the request goes on when the call has ended, whose headers are then no more.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the header.</exception>
    public static CompletionRequest Onto(CompletionRequest request, HttpContext http, bool outlives = false)
    {
        var headers = outlives ? new HeaderDictionary(new Dictionary<string, StringValues>(http.Request.Headers, StringComparer.OrdinalIgnoreCase)) : http.Request.Headers;
        return request with
        {
            Caller = CallerKey.Of(http),
            Version = VersionHeader.Read(http),
            Header = name => headers.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values.ToString() : null,
        };
    }
}
