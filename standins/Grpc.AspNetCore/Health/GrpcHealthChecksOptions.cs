namespace Grpc.AspNetCore.HealthChecks;

/// <summary>How the application's health checks become gRPC health.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which checks make up which service. Default: all of them make up the service without a name.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>Whether Check answers from the last published results, instead of running the checks. Default: false.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether Watch calls hold up the end of the application. Default: false, they end with NOT_SERVING.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
