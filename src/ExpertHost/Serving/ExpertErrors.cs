using System.Diagnostics.CodeAnalysis;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Node.Hosting;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>The one place where an error of this process becomes a gRPC status.</summary>
internal static class ExpertErrors
{
    /// <returns>False for what is no expected failure: the framework logs it and answers UNKNOWN.</returns>
    public static bool TryMap(Exception error, CancellationToken cancellation, [NotNullWhen(true)] out Status? status)
    {
        status = error switch
        {
            RequestRefusedException refused => new Status(refused.Code, refused.Message),
            InvalidGenerationException => new Status(StatusCode.InvalidArgument, error.Message),
            EngineOverloadedException => new Status(StatusCode.ResourceExhausted, error.Message),
            EngineDrainingException => new Status(StatusCode.Unavailable, error.Message),
            SlowReaderException or StalledReaderException => new Status(StatusCode.ResourceExhausted, error.Message),
            GateFailedException or StepFailedException => new Status(StatusCode.Internal, error.Message),
            OperationCanceledException when cancellation.IsCancellationRequested => new Status(StatusCode.Cancelled, "the caller cancelled"),
            _ => null,
        };
        return status is not null;
    }
}
