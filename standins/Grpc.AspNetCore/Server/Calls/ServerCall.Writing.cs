using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Server.Calls;

// Messages go straight into the response's pipe. The flush waits when the caller (or its flow control window) is slow.
internal sealed partial class ServerCall
{
    // Set when the response has started.
    private PipeWriter? _output;

    public static InvalidOperationException RequestComplete() => new("Can't write the message because the request is complete.");

    /// <summary>Writes a message of a stream; one at a time.</summary>
    public Task WriteAsync<T>(
        T message, Action<T, SerializationContext> serializer, WriteOptions? options, CancellationToken cancellationToken)
    {
        int state = Interlocked.CompareExchange(ref _state, Writing, Idle);
        if (state != Idle)
        {
            return Task.FromException(state == Ended
                ? RequestComplete() : new InvalidOperationException("Can't write the message because the previous write is in progress."));
        }
        if (_output is not { } output)
            return _lastWrite = StartAndWriteAsync(message, serializer, options, cancellationToken);
        ValueTask<FlushResult> flush;
        try
        {
            flush = WriteAndFlushAsync(output, message, serializer, options, cancellationToken);
        }
        catch (Exception e)
        {
            Release();
            return Task.FromException(e);
        }
        if (!flush.IsCompletedSuccessfully)
            return _lastWrite = FinishAsync(flush);
        _ = flush.Result;
        Release();
        return Task.CompletedTask;
    }

    /// <summary>Writes the only message. The end of the response follows at once and flushes it.</summary>
    public async Task WriteSingleAsync<T>(T message, Action<T, SerializationContext> serializer)
    {
        if (Interlocked.CompareExchange(ref _state, Writing, Idle) == Ended)
            return;
        try
        {
            PipeWriter output = _output ?? await StartResponseAsync();
            FrameSerializer frames = FrameSerializer.Rent(
                _settings.MaxSendMessageSize, _settings.Encodings.Find(_responseEncoding), _settings.ResponseCompressionLevel);
            frames.Serialize(message, serializer, output, MayCompress(WriteOptions));
            frames.Return();
        }
        finally
        {
            Release();
        }
    }

    private async Task StartAndWriteAsync<T>(
        T message, Action<T, SerializationContext> serializer, WriteOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAndFlushAsync(await StartResponseAsync(), message, serializer, options, cancellationToken);
        }
        finally
        {
            Release();
        }
    }

    private async Task FinishAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
        }
        finally
        {
            Release();
        }
    }

    private ValueTask<FlushResult> WriteAndFlushAsync<T>(
        PipeWriter output,
        T message,
        Action<T, SerializationContext> serializer,
        WriteOptions? options,
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> frame = Serializer().Gather(message, serializer, output, MayCompress(options));
        bool hold = options is not null && options.Flags.HasFlag(WriteFlags.BufferHint);
        // A caller that goes away ends a flush by itself; only a deadline has to.
        CancellationToken token = cancellationToken.CanBeCanceled ? cancellationToken : _deadlineToken;
        if (!hold)
            return frame.IsEmpty ? output.FlushAsync(token) : output.WriteAsync(frame, token);
        output.Write(frame.Span);
        return default;
    }

    private void Release()
    {
        if (_deadlineSource is null)
        {
            Volatile.Write(ref _state, Idle);
            return;
        }
        Interlocked.Exchange(ref _state, Idle);
        // The deadline may have come during the write, and then left the answer to it.
        if (_deadlinePassed && Interlocked.CompareExchange(ref _state, Ended, Idle) == Idle)
            _ = AnswerDeadlineAsync();
    }

    // The headers have to be on their way before the body's memory is asked for.
    private async ValueTask<PipeWriter> StartResponseAsync()
    {
        HttpResponse response = HttpContext.Response;
        if (!response.HasStarted)
        {
            if (_responseEncoding is not null)
                response.Headers[GrpcHeaders.Encoding] = _responseEncoding;
            await response.StartAsync();
        }
        return _output = response.BodyWriter;
    }

    private FrameSerializer Serializer() => _serializer ??= new FrameSerializer(
        _settings.MaxSendMessageSize, _settings.Encodings.Find(_responseEncoding), _settings.ResponseCompressionLevel);

    private static bool MayCompress(WriteOptions? options) => options is null || !options.Flags.HasFlag(WriteFlags.NoCompress);
}
