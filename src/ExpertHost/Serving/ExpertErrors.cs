using System.Diagnostics.CodeAnalysis;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>The one place where an error of this process becomes a gRPC status.</summary>
internal static class ExpertErrors
{
    /// <returns>False for what is no expected failure: the framework logs it and answers UNKNOWN.</returns>
    public static bool TryMap(Exception error, CancellationToken cancellation, [NotNullWhen(true)] out RpcException? status)
    {
        status = error switch
        {
            RequestRefusedException { Reason.Length: > 0 } refused => GrpcFailures.ToException(refused.Code, refused.Message, refused.Reason, refused.Subject),
            RequestRefusedException refused => Of(refused.Code, refused.Message),
            ExpertBusyException => Of(StatusCode.Unavailable, error.Message),
            InvalidGenerationException => Of(StatusCode.InvalidArgument, error.Message),
            EngineOverloadedException => Of(StatusCode.ResourceExhausted, error.Message),
            EngineDrainingException => Of(StatusCode.Unavailable, error.Message),
            SlowReaderException or StalledReaderException => Of(StatusCode.ResourceExhausted, error.Message),
            GateFailedException or StepFailedException => Of(StatusCode.Internal, error.Message),
            OperationCanceledException when cancellation.IsCancellationRequested => Of(StatusCode.Cancelled, "the caller cancelled"),
            _ => null,
        };
        return status is not null;
    }

    private static RpcException Of(StatusCode code, string message) => new(new Status(code, message));
}
