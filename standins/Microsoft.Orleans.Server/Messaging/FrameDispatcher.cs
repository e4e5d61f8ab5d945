using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Invocation;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>Gives each frame from another silo to whom it concerns.</summary>
internal sealed class FrameDispatcher(
    Messenger messenger, InterfaceCatalog interfaces, CodecProvider codecs, Catalog catalog, SystemHandler system, MessagingLimits limits, TimeProvider time, ILogger<FrameDispatcher> logger)
{
    private readonly ConcurrentDictionary<(SiloAddress Caller, long Id), CancellationTokenSource> _cancellable = new();

    public void Receive(SiloAddress sender, FrameKind kind, ref WireReader payload)
    {
        switch (kind)
        {
            case FrameKind.Request: Request(sender, ref payload); break;
            case FrameKind.Response: messenger.AnswerReceived(sender, ref payload); break;
            case FrameKind.Cancel: Cancel(sender, (long)payload.Varint()); break;
            case FrameKind.SystemRequest: SystemRequest(sender, ref payload); break;
            default: throw new MalformedDataException($"Unknown frame {(byte)kind}.");
        }
    }

    private void Request(SiloAddress sender, ref WireReader payload)
    {
        var header = RequestHeader.Read(ref payload, codecs);
        if (interfaces.Find(header.Interface)?.Find(header.Method) is not { } method)
        {
            messenger.Answer(sender, header.Id, Reply.Failure(new OrleansException($"This silo does not know the method {header.Method:x8} of {header.Interface}.")), static (_, _) => { });
            return;
        }
        object?[] arguments;
        try
        {
            arguments = method.ReadArguments(ref payload);
        }
        catch (Exception exception)
        {
            messenger.Answer(sender, header.Id, Reply.Failure(exception), static (_, _) => { });
            return;
        }
        Deliver(sender, header, method, arguments);
    }

    private void Deliver(SiloAddress sender, RequestHeader header, MethodModel method, object?[] arguments)
    {
        var key = (sender, header.Id);
        if (method.CancellationIndex >= 0)
        {
            var source = new CancellationTokenSource();
            arguments[method.CancellationIndex] = source.Token;
            _cancellable[key] = source;
        }
        var received = time.GetTimestamp();
        catalog.Deliver(new(header.Target, method, arguments, header.Context, header.IsNewPlacement, Reply)
        {
            HasExpired = () => limits.DropExpired && time.GetElapsedTime(received) > header.TimeToLive,
        });

        void Reply(Reply reply)
        {
            _cancellable.TryRemove(key, out _);
            if (!header.IsOneWay)
                messenger.Answer(sender, header.Id, reply, method.WriteResult);
        }
    }

    private void Cancel(SiloAddress sender, long id)
    {
        // Not on the reader's thread: the grain's own callbacks run in it.
        if (_cancellable.TryRemove((sender, id), out var source))
            _ = source.CancelAsync();
    }

    private void SystemRequest(SiloAddress sender, ref WireReader payload)
    {
        var id = (long)payload.Varint();
        var message = codecs.Get<object>().Read(ref payload) ?? throw new MalformedDataException("A system request is empty.");
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            Reply reply;
            try
            {
                reply = Reply.Result(await system.HandleAsync(sender, message).ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                logger.LogDebug(exception, "A system request {Message} of {Sender} failed", message.GetType().Name, sender);
                reply = Reply.Failure(exception);
            }
            if (id != 0)
                messenger.Answer(sender, id, reply, codecs.Get<object>().WriteObject);
        }
    }
}
