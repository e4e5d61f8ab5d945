using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Answers /v1/completions and /v1/chat/completions, streamed or whole.</summary>
internal sealed class CompletionEndpoint(CompletionPipeline pipeline, AskedRequests asked, StallGuard stalls, TimeProvider time)
{
    private readonly ChoiceRuns _runs = new(pipeline);

    public async Task HandleAsync(HttpContext http, bool isChat)
    {
        OpenAiRequest? request = null;
        try
        {
            request = await ReadAsync(http, isChat);
            string id = asked.NewId();
            request = request with { Choices = [request.First with { Id = id }, .. request.Choices.Skip(1)] };
            var answer = new OpenAiAnswer(request, $"{(isChat ? "chatcmpl" : "cmpl")}-{id}", time.GetUtcNow().ToUnixTimeSeconds());
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
            await OpenAiErrors.WriteAsync(http.Response, request is null ? error.Failure : OpenAiFieldNames.Of(error.Failure, request));
        }
    }

    private static Task<OpenAiRequest> ReadAsync(HttpContext http, bool isChat) => JsonBody.ReadAsync(http, body =>
    {
        var request = OpenAiRequestReader.Read(body, isChat);
        return request with { Choices = [.. request.Choices.Select(choice => CallHeaders.Onto(choice, http))] };
    });

    private async Task WholeAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer)
    {
        ChoiceAnswer[] choices = [.. request.Choices.Select(_ => new ChoiceAnswer())];
        var usage = new UsageSum(request.PerPrompt);
        await _runs.RunAsync(request, Take, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        answer.WriteWhole(json, choices, usage.Total);

        ValueTask Take(int choice, CompletionChunk chunk)
        {
            choices[choice].Add(chunk);
            usage.Add(choice, chunk.Usage);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Headers go out with the first chunk, so that what fails before it still gets its proper HTTP status.</summary>
    private async Task StreamAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer)
    {
        using var events = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
        bool begun = false;
        bool[] opened = new bool[request.Choices.Count];
        var usage = new UsageSum(request.PerPrompt);
        try
        {
            await _runs.RunAsync(request, TakeAsync, http.RequestAborted);
            if (request.IncludeUsage)
            {
                await events.WriteAsync(answer.WriteUsage, usage.Total, http.RequestAborted);
            }

            await events.EndAsync(http.RequestAborted);
        }
        catch (RequestFailedException error) when (begun && !http.RequestAborted.IsCancellationRequested)
        {
            // The status line is gone: an error event, and no [DONE], tells a cut stream from a whole one.
            await events.WriteAsync(OpenAiErrors.Write, OpenAiFieldNames.Of(error.Failure, request), http.RequestAborted);
        }

        async ValueTask TakeAsync(int choice, CompletionChunk chunk)
        {
            if (!begun)
            {
                begun = true;
                http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
                http.Response.ContentType = "text/event-stream; charset=utf-8";
                http.Response.Headers.CacheControl = "no-cache";
            }

            if (request.IsChat && !opened[choice])
            {
                opened[choice] = true;
                await events.WriteAsync(answer.WriteRole, choice, http.RequestAborted);
            }

            usage.Add(choice, chunk.Usage);
            await events.WriteAsync(answer.WriteChunk, (choice, chunk), http.RequestAborted);
        }
    }
}
