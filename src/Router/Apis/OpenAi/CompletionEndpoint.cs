using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Answers /v1/completions and /v1/chat/completions, streamed or whole.</summary>
internal sealed class CompletionEndpoint(CompletionPipeline pipeline, AskedRequests asked, StallGuard stalls, TimeProvider time)
{
    public async Task HandleAsync(HttpContext http, bool isChat)
    {
        try
        {
            var request = await ReadAsync(http, isChat);
            request = request with { Request = request.Request with { Id = asked.NewId() } };
            var answer = new OpenAiAnswer(request, $"{(isChat ? "chatcmpl" : "cmpl")}-{request.Request.Id}", time.GetUtcNow().ToUnixTimeSeconds());
            await (request.Stream ? StreamAsync(http, request, answer) : WholeAsync(http, request, answer));
        }
        catch (Exception error) when (error is RequestFailedException or OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell: while the body was read, or later, when the pipeline has counted it.
            http.Abort();
        }
        catch (StalledReaderException)
        {
            // Its stream is reset already; whoever does not read gets no message.
            http.Abort();
        }
        catch (RequestFailedException error)
        {
            await OpenAiErrors.WriteAsync(http.Response, error.Failure);
        }
    }

    private static Task<OpenAiRequest> ReadAsync(HttpContext http, bool isChat) => JsonBody.ReadAsync(http, body =>
    {
        var request = OpenAiRequestReader.Read(body, isChat);
        return request with { Request = CallHeaders.Onto(request.Request, http) };
    });

    private async Task WholeAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer)
    {
        var text = new StringBuilder();
        List<Token> tokens = [];
        Plan? plan = null;
        var finish = FinishReason.None;
        var usage = Usage.None;
        await foreach (var chunk in pipeline.RunAsync(request.Request, DateTime.MaxValue, http.RequestAborted))
        {
            text.Append(chunk.Text);
            tokens.AddRange(chunk.Tokens);
            plan ??= chunk.Plan;
            usage = chunk.Usage ?? usage;
            finish = chunk.Finish == FinishReason.None ? finish : chunk.Finish;
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        answer.WriteWhole(json, text.ToString(), tokens, finish, usage, plan);
    }

    /// <summary>Headers go out with the first chunk, so that what fails before it still gets its proper HTTP status.</summary>
    private async Task StreamAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer)
    {
        using var events = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
        bool begun = false;
        Usage? usage = null;
        try
        {
            await foreach (var chunk in pipeline.RunAsync(request.Request, DateTime.MaxValue, http.RequestAborted))
            {
                if (!begun)
                {
                    begun = true;
                    await BeginAsync(http, request, answer, events);
                }

                usage = chunk.Usage ?? usage;
                await events.WriteAsync(answer.WriteChunk, chunk, http.RequestAborted);
            }

            if (request.IncludeUsage && usage is not null)
            {
                await events.WriteAsync(answer.WriteUsage, usage, http.RequestAborted);
            }

            await events.EndAsync(http.RequestAborted);
        }
        catch (RequestFailedException error) when (begun && !http.RequestAborted.IsCancellationRequested)
        {
            // The status line is gone: an error event, and no [DONE], tells a cut stream from a whole one.
            await events.WriteAsync(OpenAiErrors.Write, error.Failure, http.RequestAborted);
        }
    }

    private static async Task BeginAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer, EventStream events)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        if (request.IsChat)
        {
            await events.WriteAsync(static (json, a) => a.WriteRole(json), answer, http.RequestAborted);
        }
    }
}
