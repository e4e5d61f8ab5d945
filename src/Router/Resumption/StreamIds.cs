using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Resumption;

/// <summary>
/// What streams are called. Ours have the mark of the router that holds them (<see cref="RequestKey"/>), so that any router knows whom to ask; callers' own are looked
/// for on all. With no identity of callers an id is the secret that a stream is asked for by.
/// </summary>
internal static class StreamIds
{
    public const int Longest = 128;

    private const string Stream = "stream_";
    private const string Response = "resp_";

    public static string OfStream(string requestId) => Stream + requestId;

    public static string OfResponse(string requestId) => Response + requestId;

    /// <returns>The mark of the router that made it; null: a caller chose it.</returns>
    public static string? RouterOf(string id)
    {
        string? key = id.StartsWith(Stream, StringComparison.Ordinal) ? id[Stream.Length..] : id.StartsWith(Response, StringComparison.Ordinal) ? id[Response.Length..] : null;
        return key is not null && RequestKey.IsWellFormed(key) ? RequestKey.RouterOf(key) : null;
    }

    /// <summary>Of a caller's own.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public static void Check(string id, string field)
    {
        if (!IsWellFormed(id))
        {
            throw new RequestFailedException(Failure.Invalid(field, $"{field} must be 1 to {Longest} letters, digits and any of -._~:@+="));
        }

        if (id.StartsWith(Stream, StringComparison.Ordinal) || id.StartsWith(Response, StringComparison.Ordinal))
        {
            throw new RequestFailedException(Failure.Invalid(field, $"{field} begins with {Stream} or {Response}, as the ids do that routers make; choose another"));
        }
    }

    /// <summary>Of one that is asked for.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public static void CheckAsked(string id)
    {
        if (!IsWellFormed(id))
        {
            throw new RequestFailedException(Failure.Invalid("id", $"id is none of a stream: 1 to {Longest} letters, digits and any of -._~:@+="));
        }
    }

    public static bool IsWellFormed(string id) =>
        id.Length is > 0 and <= Longest && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '@' or '+' or '=');
}
