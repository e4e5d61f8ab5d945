using System.Collections.Concurrent;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>A request that another silo has not answered yet.</summary>
internal sealed class PendingCall(SiloAddress target, ReadValue<object?> readResult)
{
    public SiloAddress Target => target;

    public ReadValue<object?> ReadResult => readResult;

    /// <summary>The connection that took the request to send it; null while it waits for one.</summary>
    public OutboundConnection? SentOver { get; set; }

    public TaskCompletionSource<Reply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The requests that wait for an answer, by number.</summary>
internal sealed class PendingCalls
{
    private readonly ConcurrentDictionary<long, PendingCall> _calls = new();
    private long _lastId;

    public long NextId() => Interlocked.Increment(ref _lastId);

    public void Add(long id, PendingCall call) => _calls[id] = call;

    public PendingCall? Take(long id) => _calls.TryRemove(id, out var call) ? call : null;

    /// <summary>An answer that comes from elsewhere than the question went, or too late, is nobody's.</summary>
    public PendingCall? Take(long id, SiloAddress sender) =>
        _calls.TryGetValue(id, out var call) && call.Target.Endpoint.Equals(sender.Endpoint) ? Take(id) : null;

    /// <summary>No answer to anything is wanted any more.</summary>
    public void FailAll(Func<Exception> reason) => Fail(static _ => true, reason);

    /// <summary>The silo is gone: nobody will answer these.</summary>
    public void Fail(SiloAddress target, Func<Exception> reason) => Fail(call => call.Target.Equals(target), reason);

    /// <summary>The connection broke: whether these arrived is not known. What it had not taken yet goes over the next one.</summary>
    public void Fail(OutboundConnection connection, Func<Exception> reason) => Fail(call => ReferenceEquals(call.SentOver, connection), reason);

    private void Fail(Func<PendingCall, bool> concerned, Func<Exception> reason)
    {
        foreach (var (id, call) in _calls)
        {
            if (concerned(call) && _calls.TryRemove(id, out _))
                call.Answer.TrySetResult(Reply.Failure(reason()));
        }
    }
}
