using Grpc.Core;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Calls;

// How the call ends: when its method does, or when the deadline passes before, whichever is first. The response belongs to
// whoever holds _state: a write (Writing), or the one who ends the call (Ended, for good).
internal sealed partial class ServerCall
{
    private const int Idle = 0;
    private const int Writing = 1;
    private const int Ended = 2;
    private const int Http2Cancel = 8;

    // For the last messages and the trailers of a call that is out of time.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private int _state;
    private volatile bool _deadlinePassed;
    private readonly TaskCompletionSource? _deadlineAnswered;
    private Task _lastWrite = Task.CompletedTask;

    /// <summary>Ends the call with <see cref="ServerCallContext.Status"/>, unless the deadline did already.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (true)
            {
                switch (Interlocked.CompareExchange(ref _state, Ended, Idle))
                {
                    case Idle when _deadlinePassed:
                        await AnswerDeadlineAsync();
                        return;
                    case Idle:
                        WriteTrailers();
                        return;
                    case Ended:
                        await _deadlineAnswered!.Task;
                        return;
                    default:
                        // The method returned and left a write running.
                        await _lastWrite.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
                        break;
                }
            }
        }
        finally
        {
            if (_deadlineTimer is not null)
                await _deadlineTimer.DisposeAsync();
            _deadlineSource?.Dispose();
        }
    }

    /// <summary>The status of an exception that the method (or the reading of its request) ended with.</summary>
    public void SetFailure(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            foreach (Metadata.Entry entry in rpc.Trailers)
                ResponseTrailers.Add(entry);
            Status = rpc.Status;
            ServerLog.RpcFailed(_settings.Logger, Method, rpc.StatusCode, rpc.Status.Detail, rpc.Status.DebugException);
            return;
        }
        if (exception is OperationCanceledException or IOException && CancellationToken.IsCancellationRequested)
            ServerLog.Cancelled(_settings.Logger, Method, exception);
        else
            ServerLog.MethodFailed(_settings.Logger, Method, exception);
        string detail = "Exception was thrown by handler.";
        if (_settings.DetailedErrors)
        {
            for (Exception? e = exception; e is not null; e = e.InnerException)
                detail += $" {e.GetType().Name}: {e.Message}";
        }
        Status = new Status(StatusCode.Unknown, detail, exception);
    }

    private void OnDeadline()
    {
        _deadlinePassed = true;
        switch (Interlocked.CompareExchange(ref _state, Ended, Idle))
        {
            case Idle:
                _ = AnswerDeadlineAsync();
                break;
            case Writing:
                // No trailers pass a message that a slow reader holds up. Without this, Kestrel resets with INTERNAL_ERROR.
                HttpContext.Features.Get<IHttpResetFeature>()?.Reset(Http2Cancel);
                break;
        }
        try
        {
            // Frees a write that a slow reader holds up.
            _deadlineSource!.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended in the same moment.
        }
        catch (AggregateException e)
        {
            ServerLog.DeadlineCallbackFailed(_settings.Logger, Method, e);
        }
    }

    private async Task AnswerDeadlineAsync()
    {
        try
        {
            // Without the trailers that the method has gathered: it may still be running, and gathering.
            ErrorResponse.SetStatus(
                ErrorResponse.StatusDestination(HttpContext.Response), new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            await HttpContext.Response.CompleteAsync().WaitAsync(AnswerPatience, _settings.Time);
        }
        catch (TimeoutException)
        {
            // The caller reads neither messages nor trailers; its stream must not stay for ever.
            HttpContext.Features.Get<IHttpResetFeature>()?.Reset(Http2Cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The caller has gone, so nobody waits for the answer.
            ServerLog.Cancelled(_settings.Logger, Method, e);
        }
        finally
        {
            _deadlineAnswered!.SetResult();
        }
    }

    private void WriteTrailers()
    {
        IHeaderDictionary destination = ErrorResponse.StatusDestination(HttpContext.Response);
        if (_responseTrailers is not null)
        {
            foreach (Metadata.Entry entry in _responseTrailers)
            {
                if (!GrpcHeaders.IsReserved(entry.Key))
                    Append(destination, entry, "trailer");
            }
        }
        ErrorResponse.SetStatus(destination, Status);
    }
}
