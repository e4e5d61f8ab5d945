using System.Runtime.CompilerServices;
using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Dispatch;

/// <summary>
/// A host's answer that outlives its host. When the host is lost on the way, another one goes on behind the tokens that
/// came: the same text, since draws depend on seed and position alone. Disposing it cancels what still runs.
/// </summary>
internal sealed class ResumingStream : IDisposable
{
    /// <summary>Hosts that may be lost under one request. More than that, and the request may be what kills them.</summary>
    private const int MostResumes = 2;

    private readonly Dispatcher _dispatcher;
    private readonly GenerateRequest _request;
    private readonly string[] _experts;
    private readonly DateTime _deadline;
    private readonly RouterMetrics _metrics;
    private HostStream _stream;
    private bool _finished;

    private ResumingStream(Dispatcher dispatcher, GenerateRequest request, DateTime deadline, RouterMetrics metrics, HostStream stream)
    {
        (_dispatcher, _request, _deadline, _metrics, _stream) = (dispatcher, request, deadline, metrics, stream);
        _experts = [.. request.Experts.Select(e => e.Name)];
        Note();
    }

    /// <summary>The host that gave <see cref="Current"/>.</summary>
    public string Host => _stream.Host;

    public GenerateChunk Current => _stream.Current;

    /// <summary>How often the request went on elsewhere.</summary>
    public int Resumes { get; private set; }

    /// <summary>Waits for the first chunk.</summary>
    /// <inheritdoc cref="Dispatcher.DispatchAsync"/>
    public static async Task<ResumingStream> OpenAsync(
        Dispatcher dispatcher, GenerateRequest request, DateTime deadline, RouterMetrics metrics, CancellationToken cancellation)
    {
        var stream = await dispatcher.DispatchAsync(request, [.. request.Experts.Select(e => e.Name)], deadline, resumes: false, cancellation);
        return new ResumingStream(dispatcher, request, deadline, metrics, stream);
    }

    /// <summary>The next chunk, from another host if need be; false at the end, which comes after a finish reason only.</summary>
    /// <exception cref="RpcException">The host failed in a way that another one would repeat.</exception>
    /// <exception cref="RouterException">It was lost, and no other could take the request in time.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        RpcException loss;
        try
        {
            if (await _stream.MoveNextAsync(cancellation))
            {
                Note();
                return true;
            }

            if (_finished)
            {
                return false;
            }

            loss = new RpcException(new Status(StatusCode.Unavailable, $"host {Host} ended the stream before its end"));
        }
        catch (RpcException error) when (Dispatcher.IsLoss(error, cancellation) && !_finished)
        {
            loss = error;
        }

        if (Resumes == MostResumes)
        {
            throw loss;
        }

        await ResumeAsync(cancellation);
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        _metrics.StreamResumes.Inc();
        Resumes++;
        _stream.Dispose();
        _dispatcher.Lose(Host, _experts);
        _stream = await _dispatcher.DispatchAsync(_request, _experts, _deadline, resumes: true, cancellation);
        Note();
    }

    private void Note()
    {
        _finished |= Current.FinishReason != FinishReason.Unspecified;
        foreach (var token in Current.Tokens)
        {
            _request.ResumeTokens.Add(token.Id);
        }
    }
}
