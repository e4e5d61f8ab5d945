using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis;

/// <summary>The version of each expert that a caller asks for, in a header; gRPC's metadata are headers, too.</summary>
internal static class VersionHeader
{
    public const string Name = "X-ExpertCluster-Version";

    /// <summary>Null: there is none.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument: it has another value.</exception>
    public static ExpertVersion? Read(HttpContext http) => !http.Request.Headers.TryGetValue(Name, out var values) ? null : values.ToString() switch
    {
        ExpertVersions.Stable => ExpertVersion.Stable,
        ExpertVersions.Canary => ExpertVersion.Canary,
        var other => throw new RequestFailedException(Failure.Invalid(
            Name, $"{Name} is \"{RequestLimits.Shorten(other)}\"; it must be {ExpertVersions.Stable} or {ExpertVersions.Canary}")),
    };
}
