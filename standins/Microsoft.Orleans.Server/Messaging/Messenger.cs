using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>Asks other silos, and matches their answers.</summary>
internal sealed class Messenger(ConnectionPool connections, CodecProvider codecs, MessagingLimits limits, TimeProvider time, ILogger<Messenger> logger)
{
    public PendingCalls Pending { get; } = new();

    /// <summary>Sends a grain call; the answer comes as the task's result, also when it is a failure.</summary>
    public async Task<Reply> CallAsync(SiloAddress target, OutgoingCall call, bool isNewPlacement)
    {
        var oneWay = call.Method.Flags.HasFlag(Invocation.MethodFlags.OneWay);
        var id = Pending.NextId();
        var pending = new PendingCall(target, call.Method.ReadResult);
        var frame = new Frame(FrameKind.Request, limits.MaxBodySize) { Call = pending };
        try
        {
            new RequestHeader(id, call.Target, call.Interface, call.Method.Id, isNewPlacement, oneWay, call.TimeLeft(), call.Context).Write(frame.Writer, codecs);
            call.WriteArguments(frame.Writer);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
        Pending.Add(id, pending);
        if (!connections.TrySend(target, frame))
            Pending.Take(id)?.Answer.TrySetResult(Reply.Failure(Unreachable(target)));
        else if (oneWay)
            Pending.Take(id)?.Answer.TrySetResult(Reply.Result(null));
        await using var cancel = call.Cancelled.UnsafeRegister(_ => SendCancel(target, id), null).ConfigureAwait(false);
        await using var giveUp = call.GivenUp.UnsafeRegister(_ => Pending.Take(id)?.Answer.TrySetCanceled(call.GivenUp), null).ConfigureAwait(false);
        return await pending.Answer.Task.ConfigureAwait(false);
    }

    /// <summary>Asks a silo's own machinery.</summary>
    public async Task<T> AskAsync<T>(SiloAddress target, object request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var id = Pending.NextId();
        var pending = new PendingCall(target, (ref reader) => codecs.Get<object>().Read(ref reader));
        Pending.Add(id, pending);
        if (!connections.TrySend(target, SystemFrame(id, request, pending)))
            Pending.Take(id)?.Answer.TrySetResult(Reply.Failure(Unreachable(target)));
        try
        {
            var reply = await pending.Answer.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return (T)reply.ResultOrThrow()!;
        }
        finally
        {
            Pending.Take(id);
        }
    }

    /// <summary>Tells a silo's own machinery something; nobody hears whether it arrived.</summary>
    public void Tell(SiloAddress target, object notice) => connections.TrySend(target, SystemFrame(0, notice, null));

    public void Answer(SiloAddress caller, long id, Reply reply, Action<WireWriter, object?> writeResult)
    {
        var frame = new Frame(FrameKind.Response, limits.MaxBodySize) { Answers = id };
        try
        {
            WriteReply(frame.Writer, id, reply, writeResult);
        }
        catch (Exception exception)
        {
            frame.Dispose();
            frame = new Frame(FrameKind.Response, limits.MaxBodySize) { Answers = id };
            WriteReply(frame.Writer, id, Reply.Failure(exception), writeResult);
        }
        if (!connections.TrySend(caller, frame))
            logger.LogDebug("An answer to {Caller} was dropped: the silo is dead or takes nothing more", caller);
    }

    /// <summary>Tells the callers whose answers may have been lost on the way; those who have them ignore it.</summary>
    public void AnswersLost(SiloAddress caller, IEnumerable<long> calls)
    {
        foreach (var id in calls)
            Answer(caller, id, Reply.Failure(new SiloUnavailableException("The call was carried out, but its answer was lost with the connection.")), static (_, _) => { });
    }

    public void AnswerReceived(SiloAddress sender, ref WireReader reader)
    {
        if (Pending.Take((long)reader.Varint(), sender) is not { } pending)
            return;
        try
        {
            pending.Answer.TrySetResult(ReadReply(ref reader, pending));
        }
        catch (Exception exception)
        {
            pending.Answer.TrySetResult(Reply.Failure(exception));
        }
    }

    private static SiloUnavailableException Unreachable(SiloAddress target) =>
        new SiloUnavailableException($"The silo {target} is unavailable: it is dead, or takes no more messages.");

    private static void WriteGrainAddress(WireWriter writer, object? value) => IdentityCodecs.WriteAddress(writer, (GrainAddress?)value);

    private void WriteReply(WireWriter writer, long id, Reply reply, Action<WireWriter, object?> writeResult)
    {
        writer.Varint((ulong)id);
        writer.Byte((byte)reply.Kind);
        switch (reply.Kind)
        {
            case ReplyKind.Result: writeResult(writer, reply.Value); break;
            case ReplyKind.Failure: codecs.Get<Exception>().Write(writer, (Exception)reply.Value!); break;
            default: WriteGrainAddress(writer, reply.Value); break;
        }
    }

    private Reply ReadReply(ref WireReader reader, PendingCall pending) => (ReplyKind)reader.Byte() switch
    {
        ReplyKind.Result => Reply.Result(pending.ReadResult(ref reader)),
        ReplyKind.Failure => Reply.Failure(codecs.Get<Exception>().Read(ref reader) ?? throw new MalformedDataException("A failure came without its exception.")),
        ReplyKind.Moved => Reply.Moved(IdentityCodecs.ReadAddress(ref reader)),
        var kind => throw new MalformedDataException($"Unknown reply {(byte)kind}."),
    };

    private Frame SystemFrame(long id, object message, PendingCall? call)
    {
        var frame = new Frame(FrameKind.SystemRequest, limits.MaxBodySize) { Call = call };
        frame.Writer.Varint((ulong)id);
        codecs.Get<object>().Write(frame.Writer, message);
        return frame;
    }

    private void SendCancel(SiloAddress target, long id)
    {
        var frame = new Frame(FrameKind.Cancel, limits.MaxBodySize);
        frame.Writer.Varint((ulong)id);
        connections.TrySend(target, frame);
    }
}
