using ExpertCluster.Contracts.Completions;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Apis;

/// <summary>What headers say of a request, whatever API it came by: gRPC's metadata are headers, too.</summary>
internal static class CallHeaders
{
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the header.</exception>
    public static CompletionRequest Onto(CompletionRequest request, HttpContext http) => request with
    {
        Caller = CallerKey.Of(http),
        Version = VersionHeader.Read(http),
        Header = name => http.Request.Headers.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values.ToString() : null,
    };
}
