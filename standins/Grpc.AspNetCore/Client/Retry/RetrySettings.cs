using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retry;

/// <summary>A retry policy whose values are checked.</summary>
internal sealed record RetrySettings(
    int MaxAttempts, TimeSpan InitialBackoff, TimeSpan MaxBackoff, double BackoffMultiplier, FrozenSet<StatusCode> RetryableStatusCodes)
{
    /// <exception cref="InvalidOperationException">A value is missing or out of its range.</exception>
    public static RetrySettings From(RetryPolicy policy, int? maxAttempts)
    {
        if (!(policy.MaxAttempts > 1))
            throw Invalid("max attempts must be greater than 1", policy.MaxAttempts);
        if (!(policy.InitialBackoff > TimeSpan.Zero))
            throw Invalid("initial backoff must be greater than zero", policy.InitialBackoff);
        if (!(policy.MaxBackoff > TimeSpan.Zero))
            throw Invalid("maximum backoff must be greater than zero", policy.MaxBackoff);
        if (!(policy.BackoffMultiplier > 0) || double.IsInfinity(policy.BackoffMultiplier.Value))
            throw Invalid("backoff multiplier must be greater than 0 and finite", policy.BackoffMultiplier);
        if (policy.RetryableStatusCodes.Count == 0)
            throw Invalid("must specify at least 1 retryable status code", null);
        return new RetrySettings(
            Math.Min(policy.MaxAttempts.Value, maxAttempts ?? int.MaxValue),
            policy.InitialBackoff.Value,
            policy.MaxBackoff.Value,
            policy.BackoffMultiplier.Value,
            policy.RetryableStatusCodes.ToFrozenSet());
    }

    public TimeSpan After(TimeSpan backoff) => TimeSpan.FromTicks((long)Math.Min(backoff.Ticks * BackoffMultiplier, MaxBackoff.Ticks));

    private static InvalidOperationException Invalid(string rule, object? value) =>
        new($"Retry policy {rule}{(value is null ? "" : $", and is {value}")}.");
}
