using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Client;

/// <summary>The chunks of an answer as they come. Disposing of it ends the call.</summary>
/// <param name="call">Of the cluster.</param>
/// <param name="isLate">Whether the call's deadline has passed.</param>
/// <param name="cancellation">Of the call.</param>
internal sealed class AnswerCall(AsyncServerStreamingCall<CompleteChunk> call, Func<bool> isLate, CancellationToken cancellation) : IDisposable
{
    private bool? _hasFirst;

    public CompleteChunk Current => call.ResponseStream.Current;

    /// <summary>What leads to the stream, where it is held; null: it is not. To be asked when there is a chunk.</summary>
    public async Task<string?> IdAsync() => (await call.ResponseHeadersAsync.ConfigureAwait(false)).GetValue(StreamToken.Header);

    /// <summary>Waits for the first chunk, which the next move then gives: what can't be begun is known behind it.</summary>
    /// <exception cref="ExpertClusterException">It was refused, or failed.</exception>
    public async Task BeginAsync() => _hasFirst = await MoveNextAsync().ConfigureAwait(false);

    /// <exception cref="ExpertClusterException">It was refused, or failed.</exception>
    public async Task<bool> MoveNextAsync()
    {
        if (_hasFirst is { } has)
        {
            _hasFirst = null;
            return has;
        }

        try
        {
            return await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw CallFailures.Of(error, isLate(), cancellation);
        }
    }

    public void Dispose() => call.Dispose();
}
