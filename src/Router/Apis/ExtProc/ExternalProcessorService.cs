using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1.ExtProc;
using Grpc.Core;
using StatusCode = Grpc.Core.StatusCode;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>Envoy's external processing over gRPC: a stream for each HTTP request of a gateway, whose faults end no other.</summary>
internal sealed class ExternalProcessorService(
    GatewayGate gate, StallGuard stalls, RouterOptions options, TransportOptions transport, RouterMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider time) : ExternalProcessor.ExternalProcessorBase
{
    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);

    public override async Task Process(IAsyncStreamReader<ProcessingRequest> requestStream, IServerStreamWriter<ProcessingResponse> responseStream, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        using var clock = new RequestClock(context.Deadline, _longest, time, context.CancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, lifetime.ApplicationStopping);
        var stream = new GatewayStream(gate, options);
        try
        {
            // A stop waits for the choice, and not for an answer that passes by: a gateway whose stream ends well goes on alone.
            while (!stream.IsOver && await requestStream.MoveNext(stream.IsDecided ? end.Token : clock.Token))
            {
                foreach (var answer in stream.Take(requestStream.Current))
                {
                    await stalls.WaitAsync(responseStream.WriteAsync(answer, clock.Token), http);
                }
            }
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
        catch (StalledReaderException error)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, error.Message));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or RpcException { StatusCode: StatusCode.Cancelled } && (end.IsCancellationRequested || context.CancellationToken.IsCancellationRequested))
        {
            if (clock.IsLate)
            {
                throw GrpcFailures.ToException(new Failure(FailureKind.DeadlineExceeded, "the stream took longer than its deadline"));
            }
        }
        finally
        {
            if (stream.Outcome is { } outcome)
            {
                metrics.GatewayRequests.WithLabels(outcome).Inc();
            }
        }
    }
}
