using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>
/// A remote model's answer, within its limits of time. It can't go on elsewhere: another model would say something else, so what breaks off ends with
/// a failure. Its calls of tools stand in its text, in the marks of the plan's parser.
/// </summary>
internal sealed class RemoteStream : IAnswerStream
{
    /// <summary>What clients read where else a host's name stands.</summary>
    public const string Place = "remote";

    /// <summary>For the usage, behind the end of the answer: not every endpoint tells it.</summary>
    private const int UsageSeconds = 2;

    private readonly string _expert;
    private readonly RemoteModel _model;
    private readonly RemoteReader _reader;
    private readonly Action<RemoteStream, Exception?> _ended;
    private readonly CancellationTokenSource _end;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private bool _isOver;
    private bool _isDisposed;

    private RemoteStream(string expert, RemoteModel model, IChatClient client, RemoteQuestion question, TimeProvider time, Action<RemoteStream, Exception?> ended)
    {
        (_expert, _model, _ended) = (expert, model, ended);
        _reader = new RemoteReader(expert, question.Options.MaxOutputTokens!.Value);
        _end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _updates = client.GetStreamingResponseAsync(question.Messages, question.Options, _end.Token).GetAsyncEnumerator(_end.Token);
        Current = new CompletionChunk();
    }

    public CompletionChunk Current { get; private set; }

    public string Host => Place;

    public int Resumes => 0;

    /// <summary>Whether it came to its end.</summary>
    public bool IsOver => _isOver;

    /// <summary>Whether a chunk of it came.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>What it has cost so far.</summary>
    public Usage Usage => _reader.Usage;

    /// <summary>Waits for the first chunk.</summary>
    /// <param name="expert">Who answers.</param>
    /// <param name="model">Where.</param>
    /// <param name="client">Asks there.</param>
    /// <param name="question">What.</param>
    /// <param name="time">For limits of time.</param>
    /// <param name="ended">Told once how it ended, when the stream is disposed of; null: with its end, or its caller went.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RemoteException">It did not begin.</exception>
    public static async Task<RemoteStream> OpenAsync(
        string expert, RemoteModel model, IChatClient client, RemoteQuestion question, TimeProvider time, Action<RemoteStream, Exception?> ended, CancellationToken cancellation)
    {
        var stream = new RemoteStream(expert, model, client, question, time, ended);
        try
        {
            stream.Current = await stream.ReadAsync(model.FirstSeconds, "nothing of an answer", cancellation) ?? stream.Last();
            stream.HasBegun = true;
            return stream;
        }
        catch (Exception error)
        {
            await stream.CloseAsync(error);
            throw;
        }
    }

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        if (_isOver)
        {
            return false;
        }

        try
        {
            Current = await ReadAsync(_model.IdleSeconds, "no more of its answer", cancellation) ?? Last();
            return true;
        }
        catch (RemoteException error)
        {
            _ = CloseAsync(error);
            throw new RequestFailedException(RemoteFailures.Of(_expert, error));
        }
    }

    public void Dispose() => _ = CloseAsync(error: null);

    private CompletionChunk Last()
    {
        _isOver = true;
        return new CompletionChunk { Finish = _reader.Finish, Usage = _reader.Usage };
    }

    /// <summary>The next chunk with text; null: it has ended, and said so.</summary>
    /// <exception cref="RemoteException">It broke off, fell silent, or gave what nobody can read.</exception>
    private async Task<CompletionChunk?> ReadAsync(int seconds, string what, CancellationToken cancellation)
    {
        if (_reader.IsCut)
        {
            return null;
        }

        using var leaving = cancellation.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        _end.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            while (await _updates.MoveNextAsync())
            {
                bool hadEnded = _reader.Finish != FinishReason.None;
                if (_reader.Read(_updates.Current) is { } chunk)
                {
                    return chunk;
                }

                if (_reader.Finish == FinishReason.None)
                {
                    continue;
                }

                if (_reader.HasUsage)
                {
                    return null;
                }

                if (!hadEnded)
                {
                    _end.CancelAfter(TimeSpan.FromSeconds(UsageSeconds));
                }
            }

            return _reader.Finish != FinishReason.None ? null : throw RemoteFailures.Unreadable("ended its answer before its end");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return _reader.Finish != FinishReason.None ? null : throw RemoteFailures.Silent(seconds, what);
        }
        catch (Exception error) when (RemoteException.In(error) is { } told && error is not RemoteException)
        {
            throw told;
        }
        catch (Exception error) when (error is HttpRequestException or IOException and not RemoteException)
        {
            throw RemoteFailures.Unreadable("broke off its answer");
        }
        catch (Exception error) when (error is not (RemoteException or OperationCanceledException or OutOfMemoryException))
        {
            // What the parser says of things that it did not expect has no bounds.
            throw RemoteFailures.Unreadable("gave what nobody can read");
        }
        finally
        {
            if (!_isDisposed)
            {
                _end.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async Task CloseAsync(Exception? error)
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _ended(this, error);
        await _end.CancelAsync();
        try
        {
            await _updates.DisposeAsync();
        }
        catch (Exception leftover) when (leftover is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException or NotSupportedException)
        {
            // Of a connection that is given up, or a read that still runs; how the answer ended is told already.
        }

        _end.Dispose();
    }
}
