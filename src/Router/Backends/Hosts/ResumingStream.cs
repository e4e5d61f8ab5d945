using System.Runtime.CompilerServices;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Node.Peers;
using ExpertCluster.Router.Telemetry;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// A host's answer that outlives its host. When the host is lost on the way, another one goes on behind the tokens that
/// came: the same text, since draws depend on seed and position alone. Disposing it cancels what still runs.
/// </summary>
internal sealed class ResumingStream : IAnswerStream
{
    /// <summary>Hosts that may be lost under one request. More than that, and the request may be what kills them.</summary>
    private const int MostResumes = 2;

    private readonly Dispatcher _dispatcher;
    private readonly HostCall _call;
    private readonly RouterMetrics _metrics;
    private readonly HostChunks _chunks = new();
    private HostStream _stream;
    private bool _finished;

    private ResumingStream(Dispatcher dispatcher, HostCall call, RouterMetrics metrics, HostStream stream)
    {
        (_dispatcher, _call, _metrics, _stream) = (dispatcher, call, metrics, stream);
        Current = Take();
    }

    /// <inheritdoc/>
    public string Host => _stream.Host;

    /// <inheritdoc/>
    public CompletionChunk Current { get; private set; }

    /// <inheritdoc/>
    public int Resumes { get; private set; }

    /// <summary>Waits for the first chunk.</summary>
    /// <inheritdoc cref="Dispatcher.DispatchAsync"/>
    public static async Task<ResumingStream> OpenAsync(Dispatcher dispatcher, HostCall call, RouterMetrics metrics, CancellationToken cancellation)
    {
        var stream = await dispatcher.DispatchAsync(call, resumes: false, cancellation);
        return new ResumingStream(dispatcher, call, metrics, stream);
    }

    /// <summary>The next chunk, from another host if need be; false at the end, which comes after a finish reason only.</summary>
    /// <exception cref="Contracts.Failures.RequestFailedException">
    /// The host failed in a way that another one would repeat, or it was lost and no other could take the request in time.
    /// </exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        RpcException loss;
        try
        {
            if (await _stream.MoveNextAsync(cancellation))
            {
                _dispatcher.NoteLost(_call, _stream.Current);
                Current = Take();
                return true;
            }

            if (_finished)
            {
                return false;
            }

            loss = new RpcException(new Status(StatusCode.Unavailable, $"host {Host} ended the stream before its end"));
        }
        catch (RpcException error) when (HostLosses.IsLoss(error, cancellation) && !_finished)
        {
            loss = error;
        }
        catch (RpcException error)
        {
            throw HostFailures.Of(error);
        }

        if (Resumes == MostResumes)
        {
            throw HostFailures.Of(loss);
        }

        await ResumeAsync(cancellation);
        return true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _call.Asked?.Dispose();
    }

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        if (!_call.IsCopy)
        {
            _metrics.StreamResumes.Inc();
        }

        Resumes++;
        _stream.Dispose();
        _dispatcher.Lose(Host);

        // The prompt's tokens came before the answer's; where not all of them came, they are told again from the first.
        _call.Message.Echo &= !_call.HasBegun;
        _chunks.Repeat();
        _stream = await _dispatcher.DispatchAsync(_call, resumes: true, cancellation);
        Current = Take();
    }

    private CompletionChunk Take()
    {
        var chunk = _stream.Current;
        _finished |= chunk.FinishReason != V1.FinishReason.Unspecified;
        foreach (var token in chunk.Tokens)
        {
            _call.Message.ResumeTokens.Add(token.Id);
        }

        return _chunks.Read(chunk);
    }
}
