using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retry;

/// <summary>A channel's bucket of tokens: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs</summary>
internal sealed class RetryThrottling
{
    private readonly Lock _lock = new();
    private readonly double _max;
    private readonly double _ratio;
    private double _tokens;

    /// <exception cref="InvalidOperationException">A value is missing or out of its range.</exception>
    public RetryThrottling(RetryThrottlingPolicy policy)
    {
        if (!(policy.MaxTokens > 0))
            throw new InvalidOperationException($"Retry throttling max tokens must be greater than 0, and is {policy.MaxTokens}.");
        if (!(policy.TokenRatio > 0))
            throw new InvalidOperationException($"Retry throttling token ratio must be greater than 0, and is {policy.TokenRatio}.");
        _max = policy.MaxTokens.Value;
        _ratio = policy.TokenRatio.Value;
        _tokens = _max;
    }

    /// <summary>Nothing is retried while half of the tokens or more are gone.</summary>
    public bool IsActive
    {
        get
        {
            lock (_lock)
                return _tokens <= _max / 2;
        }
    }

    public void OnSuccess()
    {
        lock (_lock)
            _tokens = Math.Min(_max, _tokens + _ratio);
    }

    public void OnFailure()
    {
        lock (_lock)
            _tokens = Math.Max(0, _tokens - 1);
    }
}
