using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.OneMachine.Placement;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>Carries a call to its grain wherever it is, follows it where it has moved, and gives up in time.</summary>
internal sealed class GrainCaller(
    LocalSilo local, GrainLocator locator, Catalog catalog, Messenger messenger, MessagingLimits limits, TimeProvider time) : IGrainCaller
{
    /// <summary>Times that one call looks for a grain that keeps moving.</summary>
    private const int MaxMoves = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);

    public Task<object?> InvokeAsync(GrainReference target, MethodModel method, object?[] arguments)
    {
        var cancelled = CancellationToken.None;
        if (method.CancellationIndex >= 0)
        {
            cancelled = (CancellationToken)arguments[method.CancellationIndex]!;
            arguments[method.CancellationIndex] = default(CancellationToken);
        }
        if (cancelled.IsCancellationRequested)
            return Task.FromCanceled<object?>(cancelled);
        var call = CallAsync(target, method, arguments, cancelled);
        return method.Flags.HasFlag(MethodFlags.OneWay) ? Ignore(call) : call;
    }

    private static Task<object?> Ignore(Task<object?> call)
    {
        // One way means that nobody hears of a failure either.
        _ = call.ContinueWith(static done => _ = done.Exception, TaskScheduler.Default);
        return Task.FromResult<object?>(null);
    }

    private async Task<object?> CallAsync(GrainReference target, MethodModel method, object?[] arguments, CancellationToken cancelled)
    {
        var limit = method.Timeout ?? limits.ResponseTimeout;
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(limit, time);
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancelled);
        var call = new OutgoingCall(target, method, arguments, limits.MaxBodySize)
        {
            TimeLeft = () => limit - time.GetElapsedTime(started),
            GivenUp = givenUp.Token,
            Cancelled = method.CancellationIndex < 0 ? CancellationToken.None : limits.CancelRequestOnTimeout ? givenUp.Token : cancelled,
        };
        try
        {
            return await FollowAsync(call).WaitAsync(givenUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The call of {method} of {target.GrainId} was cancelled.", cancelled);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"Response did not arrive on time in {limit} for {method} of {target.GrainId}.");
        }
    }

    private async Task<object?> FollowAsync(OutgoingCall call)
    {
        SiloAddress? refused = null;
        for (var moves = 0; ; moves++)
        {
            var destination = await locator.FindAsync(call).ConfigureAwait(false);
            // The directory insists on a silo that has no such activation: it may make one, and so mend the entry.
            if (destination.Silo.Equals(refused))
                destination = destination with { IsNewPlacement = true };
            var reply = destination.Silo.Equals(local.SiloAddress)
                ? await HereAsync(call, destination.IsNewPlacement).ConfigureAwait(false)
                : await messenger.CallAsync(destination.Silo, call, destination.IsNewPlacement).ConfigureAwait(false);
            if (reply.Kind != ReplyKind.Moved)
            {
                if (reply.Kind == ReplyKind.Result)
                    locator.Learn(call.Target, destination.Silo);
                return reply.ResultOrThrow();
            }
            if (moves == MaxMoves)
                throw new OrleansMessageRejectionException($"{call.Target} moved {moves} times while it was called; a retry may find it.");
            locator.Correct(call.Target, destination.Silo, (GrainAddress?)reply.Value);
            refused = destination.Silo;
            if (moves > 0)
                await Task.Delay(FirstPause * (1 << moves), time, call.GivenUp).ConfigureAwait(false);
        }
    }

    private Task<Reply> HereAsync(OutgoingCall call, bool isNewPlacement)
    {
        var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var arguments = call.CopyArguments();
        if (call.Method.CancellationIndex >= 0)
            arguments[call.Method.CancellationIndex] = call.Cancelled;
        catalog.Deliver(new(call.Target, call.Method, arguments, call.Context, isNewPlacement, reply => answer.TrySetResult(Copy(call.Method, reply)))
        {
            HasExpired = () => limits.DropExpired && call.GivenUp.IsCancellationRequested,
        });
        return answer.Task;
    }

    // What the grain returned may go on changing in the grain.
    private Reply Copy(MethodModel method, Reply reply)
    {
        if (reply.Kind != ReplyKind.Result || reply.Value is null || method.ResultIsImmutable)
            return reply;
        try
        {
            using var writer = new WireWriter(limits.MaxBodySize);
            method.WriteResult(writer, reply.Value);
            var reader = new WireReader(writer.Written.Span);
            return Reply.Result(method.ReadResult(ref reader));
        }
        catch (Exception exception)
        {
            return Reply.Failure(exception);
        }
    }
}
