namespace Grpc.Net.Client.Balancer;

/// <summary>Growing pauses: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md</summary>
internal sealed class ExponentialBackoff(GrpcChannelOptions options)
{
    private const double Multiplier = 1.6;
    private const double Jitter = 0.2;

    private TimeSpan _next = options.InitialReconnectBackoff;

    public TimeSpan Next()
    {
        TimeSpan bounded = options.MaxReconnectBackoff is { } max && _next > max ? max : _next;
        _next = bounded * Multiplier;
        // Many clients lose one server at once, and must not come back at once.
        return bounded * (1 + (Jitter * ((2 * options.Random.NextDouble()) - 1)));
    }
}
