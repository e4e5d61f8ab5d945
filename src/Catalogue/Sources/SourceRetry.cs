using ExpertCluster.Catalogue.Store;
using Polly;
using Polly.Retry;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>What may succeed later is tried again after a while, twice as long each time, or as long as the server asks for.</summary>
internal static class SourceRetry
{
    /// <summary>However long a server asks to be left alone, and however often it failed.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public static ResiliencePipeline Of(SourceOptions options, TimeProvider time)
    {
        var retry = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Attempts > 1)
        {
            retry.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ContentException>(error => error.RetryHelps),
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Backoff,
                MaxDelay = LongestPause,
                DelayGenerator = outcome => ValueTask.FromResult(Asked((outcome.Outcome.Exception as ContentException)?.RetryAfter)),
            });
        }

        return retry.Build();
    }

    private static TimeSpan? Asked(TimeSpan? pause) => pause is not { } asked || asked <= TimeSpan.Zero ? null : asked < LongestPause ? asked : LongestPause;
}
