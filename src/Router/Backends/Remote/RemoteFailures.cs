using System.Net;
using System.Net.Http.Headers;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>What statuses and accidents of a remote model mean.</summary>
internal static class RemoteFailures
{
    public const string Refused = "refused";
    public const string Busy = "busy";
    public const string Failed = "failed";
    public const string Late = "late";
    public const string Broken = "broken";

    /// <summary>For clients, who need not know where it is.</summary>
    public static Failure Of(string expert, RemoteException error) => new(error.Kind, $"{expert} is a remote model, which {error.Message}", "model")
    {
        RetryAfter = error.RetryAfter ?? (error.Kind is FailureKind.Overloaded or FailureKind.Unavailable ? TimeSpan.FromSeconds(1) : null),
    };

    /// <summary>Of an answer that is not the one that was asked for.</summary>
    public static RemoteException Of(HttpStatusCode status, RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => (int)status switch
    {
        400 or 422 => new(FailureKind.InvalidArgument, $"refuses the request ({(int)status})") { Outcome = Refused },
        413 => new(FailureKind.TooLarge, "finds the request too large (413)") { Outcome = Refused },
        401 or 403 => new(FailureKind.Unavailable, $"refuses this cluster's key ({(int)status})") { Outcome = Refused },
        404 => new(FailureKind.Unavailable, "is not there (404)") { Outcome = Refused },
        429 => new(FailureKind.Overloaded, "has too much to do (429)") { Outcome = Busy, RetryAfter = AfterOf(retryAfter, now) },
        >= 300 and < 400 => new(FailureKind.Unavailable, $"redirects elsewhere ({(int)status}), where nobody follows") { Outcome = Refused },
        >= 500 => new(FailureKind.Unavailable, $"failed ({(int)status})") { Outcome = Failed, RetryAfter = AfterOf(retryAfter, now) },
        _ => new(FailureKind.Unavailable, $"answered with status {(int)status}") { Outcome = Failed },
    };

    public static RemoteException Silent(int seconds, string what) => new(FailureKind.Unavailable, $"gave {what} within {seconds} s") { Outcome = Late };

    /// <summary>An answer that breaks off, or that nobody can read.</summary>
    public static RemoteException Unreadable(string what) => new(FailureKind.Unavailable, what) { Outcome = Broken };

    public static TimeSpan? AfterOf(RetryConditionHeaderValue? retryAfter, DateTimeOffset now)
    {
        var after = retryAfter?.Delta ?? (retryAfter?.Date - now);
        return after is { } wait && wait > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Min(Math.Ceiling(wait.TotalSeconds), TimeSpan.SecondsPerDay)) : null;
    }
}
