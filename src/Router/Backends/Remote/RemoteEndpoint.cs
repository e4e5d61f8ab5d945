using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Http.Resilience;
using OpenAI;
using OpenAI.Chat;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>
/// One remote model as this router sees it: connections, attempts, breaker, budget and places, for all who ask it. What fails before an answer begins is
/// tried again, as far as that can help; where half of the beginnings fail, it is left alone for a while.
/// </summary>
internal sealed partial class RemoteEndpoint : IDisposable
{
    /// <summary>Beginnings within <see cref="Sampling"/> that it takes to judge it.</summary>
    private const int LeastCalls = 5;

    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Who asks for more is not waited for: somebody else may answer meanwhile.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly string _expert;
    private readonly RemoteModel _model;
    private readonly RemoteMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly IChatClient _client;
    private readonly RemoteBudget _budget;
    private readonly SemaphoreSlim _places;
    private readonly ResiliencePipeline _breaker;
    private long _restsFrom;

    /// <param name="expert">Its name in the catalogue.</param>
    /// <param name="model">Where it is.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">For limits of time.</param>
    /// <param name="log">Told what an operator can mend.</param>
    public RemoteEndpoint(string expert, RemoteModel model, RemoteMetrics metrics, TimeProvider time, ILogger log)
    {
        (_expert, _model, _metrics, _time) = (expert, model, metrics, time);
        _budget = new RemoteBudget(model, time);
        _places = new SemaphoreSlim(model.MaxConcurrent);
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            MinimumThroughput = LeastCalls,
            FailureRatio = 0.5,
            SamplingDuration = Sampling,
            BreakDuration = Rest,
            ShouldHandle = new PredicateBuilder().Handle<RemoteException>(e => e.IsItsFault),
            OnOpened = _ => Turn(log, rests: true),
            OnHalfOpened = _ => Turn(log, rests: false),
            OnClosed = _ => Turn(log, rests: false),
        }).Build();
        _http = new HttpClient(new AnswerGuard(Attempts(new KeyHandler(model, what => LogNoKey(log, expert, what), Connections())), time)) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new ChatClient(model.Model, new ApiKeyCredential("none"), new OpenAIClientOptions
        {
            Endpoint = new Uri(model.Url),
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            UserAgentApplicationId = "expert-cluster",
        }).AsIChatClient();
    }

    /// <summary>Why nothing can be asked of it now; null: it can be tried.</summary>
    public Failure? Problem()
    {
        if (_budget.Wait() is { } wait)
        {
            return new Failure(FailureKind.Overloaded, $"{_expert} is a remote model, and its budget of {_model.BudgetTokens} tokens for {_model.BudgetHours} h is spent", "model") { RetryAfter = InSeconds(wait) };
        }

        long began = Interlocked.Read(ref _restsFrom);
        return began != 0 && Rest - _time.GetElapsedTime(began) is { Ticks: > 0 } left
            ? new Failure(FailureKind.Unavailable, $"{_expert} is a remote model that failed too often, and is left alone for a while", "model") { RetryAfter = InSeconds(left) }
            : null;
    }

    /// <summary>Waits for the first chunk.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="closed">Called once, when the answer is disposed of, or does not begin.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">It can't be asked, or gave no answer.</exception>
    public async Task<IAnswerStream> OpenAsync(BackendCall call, Action closed, CancellationToken cancellation)
    {
        try
        {
            return await BeginAsync(RemoteMessages.Of(call.Request), closed, cancellation);
        }
        catch
        {
            closed();
            throw;
        }
    }

    public void Dispose()
    {
        _metrics.Forget(_expert);
        _client.Dispose();
        _http.Dispose();
        _places.Dispose();
    }

    private async Task<RemoteStream> BeginAsync(RemoteQuestion question, Action closed, CancellationToken cancellation)
    {
        if (Problem() is { } problem)
        {
            throw Held(problem);
        }

        if (!await _places.WaitAsync(0, CancellationToken.None))
        {
            throw Held(new Failure(FailureKind.Overloaded, $"{_expert} is a remote model that answers {_model.MaxConcurrent} requests at once, as many as it may", "model"));
        }

        bool hasBegun = false;
        try
        {
            var stream = await _breaker.ExecuteAsync(
                async token => await RemoteStream.OpenAsync(_expert, _model, _client, question, _time, (stream, error) => Ended(stream, error, closed), token), cancellation);
            hasBegun = true;
            return stream;
        }
        catch (BrokenCircuitException)
        {
            // Others found out meanwhile.
            throw Held(Problem() ?? new Failure(FailureKind.Unavailable, $"{_expert} is a remote model that is left alone for a while", "model"));
        }
        catch (RemoteException error)
        {
            throw new RequestFailedException(RemoteFailures.Of(_expert, error));
        }
        finally
        {
            if (!hasBegun)
            {
                _places.Release();
            }
        }
    }

    private RequestFailedException Held(Failure failure)
    {
        _metrics.Ended(_expert, RemoteMetrics.Held);
        return new RequestFailedException(failure);
    }

    private void Ended(RemoteStream stream, Exception? error, Action closed)
    {
        var usage = stream.Usage;
        _budget.Spend((long)usage.PromptTokens + usage.CompletionTokens);
        _metrics.Spent(_expert, usage.PromptTokens, usage.CompletionTokens);
        _metrics.Ended(_expert, error is null ? stream.IsOver ? null : RemoteMetrics.Cancelled : (error as RemoteException)?.Outcome ?? RemoteMetrics.Cancelled);
        if (!stream.HasBegun)
        {
            // Whoever opens it is told.
            return;
        }

        if (error is RemoteException late)
        {
            _ = NoteAsync(late);
        }

        _places.Release();
        closed();
    }

    private async Task NoteAsync(RemoteException failure)
    {
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        await _breaker.ExecuteOutcomeAsync(static (_, its) => ValueTask.FromResult(Outcome.FromException<bool>(its)), context, failure);
        ResilienceContextPool.Shared.Return(context);
    }

    private static TimeSpan InSeconds(TimeSpan wait) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));

    private ValueTask Turn(ILogger log, bool rests)
    {
        Interlocked.Exchange(ref _restsFrom, rests ? Math.Max(1, _time.GetTimestamp()) : 0);
        _metrics.Resting(_expert, rests);
        LogTurn(log, _expert, rests ? "failed too often, and is left alone for a while" : "is asked again");
        return default;
    }

    /// <summary>Nothing is followed, unpacked or kept between requests: where a key goes, the catalogue says alone.</summary>
    private static SocketsHttpHandler Connections() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = ConnectPatience,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    };

    private ResilienceHandler Attempts(HttpMessageHandler inner)
    {
        if (_model.Attempts == 1)
        {
            return new ResilienceHandler(ResiliencePipeline<HttpResponseMessage>.Empty) { InnerHandler = inner };
        }

        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = _model.Attempts - 1,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(IsWorthwhile(attempt)),
        }).Build();
        return new ResilienceHandler(pipeline) { InnerHandler = inner };
    }

    private bool IsWorthwhile(RetryPredicateArguments<HttpResponseMessage> attempt) =>
        HttpClientResiliencePredicates.IsTransient(attempt.Outcome)
        && !(RemoteFailures.AfterOf(attempt.Outcome.Result?.Headers.RetryAfter, _time.GetUtcNow()) > LongestDelay);

    [LoggerMessage(3222, LogLevel.Error, "Remote expert {Expert} can't be asked: {Reason}")]
    private static partial void LogNoKey(ILogger log, string expert, string reason);

    [LoggerMessage(3223, LogLevel.Warning, "Remote expert {Expert} {What}")]
    private static partial void LogTurn(ILogger log, string expert, string what);
}
