using System.Collections.Concurrent;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Node.Tests.Support;

/// <summary>
/// An expert service that answers at once with one chunk (text: the connection's id), and with the last one when the test says
/// so. A prompt "end" ends at once.
/// </summary>
internal sealed class FakeHost : Experts.ExpertsBase
{
    /// <summary>Ends all streams.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when a caller of an open stream has left.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What calls said of their time limits, in the order of their arrival.</summary>
    public ConcurrentQueue<string> Timeouts { get; } = new();

    public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        Timeouts.Enqueue(http.Request.Headers["grpc-timeout"].ToString());
        await responseStream.WriteAsync(new GenerateChunk { Text = http.Connection.Id }, context.CancellationToken);
        if (request.Prompt != "end")
        {
            await Task.WhenAny(Release.Task, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken));
            if (context.CancellationToken.IsCancellationRequested)
            {
                Left.TrySetResult();
            }

            await responseStream.WriteAsync(new GenerateChunk { FinishReason = FinishReason.Stop }, context.CancellationToken);
        }
    }
}
