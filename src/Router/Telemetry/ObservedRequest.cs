using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.Router.Telemetry;

/// <summary>Counts and times one request; disposing it records the end, however the request ended.</summary>
internal sealed class ObservedRequest : IDisposable
{
    private readonly RouterMetrics _metrics;
    private readonly string _model;
    private readonly RequestTimer _timer;
    private StatusCode _status = StatusCode.Cancelled;
    private bool _admitted;
    private bool _streaming;

    public ObservedRequest(RouterMetrics metrics, string model, TimeProvider time)
    {
        _metrics = metrics;
        _model = metrics.Model(model.Length == 0 ? CompletionRequest.Auto : model);
        _timer = new RequestTimer(metrics.TimeToFirstToken, metrics.EndToEnd, time);
        metrics.Waiting.Inc();
    }

    public void Admitted()
    {
        _admitted = true;
        _metrics.Waiting.Dec();
        _metrics.InFlight.Inc();
    }

    public void FirstChunk()
    {
        _streaming = true;
        _metrics.Running.Inc();
        _timer.Output();
    }

    /// <summary>The stream went to its end.</summary>
    public void Complete() => _status = StatusCode.OK;

    public RequestFailedException Fail(RequestFailedException error)
    {
        _status = GrpcFailures.CodeOf(error.Failure.Kind);
        return error;
    }

    public void Dispose()
    {
        if (_admitted)
        {
            _metrics.InFlight.Dec();
        }
        else
        {
            _metrics.Waiting.Dec();
        }

        if (_streaming)
        {
            _metrics.Running.Dec();
        }

        _metrics.Requests.WithLabels(_model, _status.ToString()).Inc();
        _timer.Dispose();
    }
}
