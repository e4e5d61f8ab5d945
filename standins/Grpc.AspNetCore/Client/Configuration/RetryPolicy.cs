using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>Which failures of a call are tried again, how often and when. All of it must be set.</summary>
public sealed class RetryPolicy
{
    public RetryPolicy()
    {
    }

    /// <summary>The first attempt included; above 1. The channel's <see cref="GrpcChannelOptions.MaxRetryAttempts"/> bounds it.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>The first retry comes after a random part of this; above zero.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>No retry waits longer; above zero.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>The wait grows by this with each attempt; above zero.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>At least one.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}

/// <summary>
/// A bucket of tokens for all calls of a channel: a failure takes one, a success puts back a part of one. While it is at
/// most half full, nothing is retried.
/// </summary>
public sealed class RetryThrottlingPolicy
{
    public RetryThrottlingPolicy()
    {
    }

    /// <summary>How many the bucket holds; above 0.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>What a success puts back; above 0.</summary>
    public double? TokenRatio { get; set; }
}
