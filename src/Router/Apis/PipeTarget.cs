using System.Buffers;
using System.IO.Pipelines;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis;

/// <summary>Events that go to one reader, who may hold them up.</summary>
/// <param name="body">Where they go.</param>
/// <param name="waitForReader">Waits for a flush that the reader holds up.</param>
internal class PipeTarget(PipeWriter body, Func<Task, ValueTask> waitForReader) : IEventTarget
{
    public IBufferWriter<byte> Body => body;

    public bool IsNumbered => false;

    public virtual bool IsGone => false;

    public virtual void Begin()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellation)
    {
        var flush = body.FlushAsync(cancellation);
        if (!flush.IsCompletedSuccessfully)
        {
            return waitForReader(flush.AsTask());
        }

        _ = flush.Result;
        return ValueTask.CompletedTask;
    }

    public Failure Told(Failure failure) => failure;
}
