using System.Collections.Concurrent;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>A request that another silo has not answered yet.</summary>
internal sealed class PendingCall(SiloAddress target, ReadValue<object?> readResult)
{
    public SiloAddress Target => target;

    public ReadValue<object?> ReadResult => readResult;

    public TaskCompletionSource<Reply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The requests that wait for an answer, by number.</summary>
internal sealed class PendingCalls
{
    private readonly ConcurrentDictionary<long, PendingCall> _calls = new();
    private long _lastId;

    public long LastId => Interlocked.Read(ref _lastId);

    public long NextId() => Interlocked.Increment(ref _lastId);

    public void Add(long id, PendingCall call) => _calls[id] = call;

    public PendingCall? Take(long id) => _calls.TryRemove(id, out var call) ? call : null;

    /// <summary>An answer that comes from elsewhere than the question went, or too late, is nobody's.</summary>
    public PendingCall? Take(long id, SiloAddress sender) =>
        _calls.TryGetValue(id, out var call) && call.Target.Endpoint.Equals(sender.Endpoint) ? Take(id) : null;

    /// <summary>No answer to anything is wanted any more.</summary>
    public void FailAll(Func<Exception> reason)
    {
        foreach (var (id, call) in _calls)
        {
            if (_calls.TryRemove(id, out _))
                call.Answer.TrySetResult(Reply.Failure(reason()));
        }
    }

    /// <summary>The silo is gone: nobody will answer these.</summary>
    public void Fail(SiloAddress target, Func<Exception> reason, long upTo = long.MaxValue)
    {
        foreach (var (id, call) in _calls)
        {
            if (id <= upTo && call.Target.Equals(target) && _calls.TryRemove(id, out _))
                call.Answer.TrySetResult(Reply.Failure(reason()));
        }
    }
}
