using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Support;

/// <summary>An answer that is read as far as a drill wants, token by token.</summary>
internal sealed class ReadStream : IDisposable
{
    private readonly AsyncServerStreamingCall<CompleteChunk> _call;
    private readonly CancellationToken _cancellation;

    private ReadStream(AsyncServerStreamingCall<CompleteChunk> call, CancellationToken cancellation)
    {
        (_call, _cancellation) = (call, cancellation);
        Plan = call.ResponseStream.Current.Plan;
        Take();
    }

    /// <summary>As the answer began.</summary>
    public Plan Plan { get; }

    public List<Token> Tokens { get; } = [];

    public FinishReason Finish { get; private set; }

    /// <summary>How often it went on elsewhere.</summary>
    public int Resumed { get; private set; }

    /// <summary>Its first chunk is there.</summary>
    public static async Task<ReadStream> BeginAsync(Completions.CompletionsClient client, CompleteRequest request, CancellationToken cancellation)
    {
        var call = client.Complete(request, cancellationToken: cancellation);
        Assert.True(await call.ResponseStream.MoveNext(cancellation));
        return new ReadStream(call, cancellation);
    }

    /// <summary>Reads on until there is such a token, or the end.</summary>
    public async Task UntilAsync(Func<Token, bool> isSuch)
    {
        while (await _call.ResponseStream.MoveNext(_cancellation))
        {
            Take();
            if (_call.ResponseStream.Current.Tokens.Any(isSuch))
            {
                return;
            }
        }
    }

    public void Dispose() => _call.Dispose();

    private void Take()
    {
        var chunk = _call.ResponseStream.Current;
        Resumed += chunk.Plan is { Reason: "resumed" } ? 1 : 0;
        Tokens.AddRange(chunk.Tokens);
        Finish = chunk.FinishReason;
    }
}
