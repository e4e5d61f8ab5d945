using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Answers /v1/responses, streamed or whole.</summary>
internal sealed class ResponsesEndpoint(CompletionPipeline pipeline, ToolParsers tools, AskedRequests asked, StallGuard stalls, TimeProvider time)
{
    public Task HandleAsync(HttpContext http) => AnswerCalls.RunAsync(http, () => AnswerAsync(http), failure => OpenAiErrors.WriteAsync(http.Response, NamesOf(failure)));

    private async Task AnswerAsync(HttpContext http)
    {
        var read = await JsonBody.ReadAsync(http, ResponsesReader.Read);
        string id = asked.NewId();
        var request = CallHeaders.Onto(read.Request, http) with { Id = id };
        var answer = new ResponsesAnswer(read with { Request = request }, id, time.GetUtcNow().ToUnixTimeSeconds());
        var own = tools.Begin(request.Tools);
        var chunks = pipeline.RunAsync(request, DateTime.MaxValue, http.RequestAborted);
        await (read.Stream ? StreamAsync(http, chunks, answer, own) : WholeAsync(http, chunks, answer, own));
    }

    private static async Task WholeAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, ResponsesAnswer answer, ToolAnswer? own)
    {
        var (whole, usage) = await ChoiceAnswer.ReadAsync(chunks, own);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        string status = ResponsesAnswer.StatusOf(whole.Finish);
        answer.Write(json, new ResponseState(status) { Output = [.. ItemsOf(whole.Said, answer).Select(item => (item, status))], Usage = usage, Plan = whole.Plan, Tokens = whole.Tokens });
    }

    private static List<OutputItem> ItemsOf(ChoiceText said, ResponsesAnswer answer)
    {
        List<OutputItem> items = [];
        if (said.Text is { } text)
        {
            items.Add(answer.Message(0));
            items[0].Text.Append(text);
        }

        foreach (var call in said.Calls)
        {
            items.Add(answer.Call(items.Count, call.Id!, call.Name!));
            items[^1].Text.Append(call.Arguments);
        }

        return items;
    }

    private async Task StreamAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, ResponsesAnswer answer, ToolAnswer? own)
    {
        using var events = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
        var stream = new ResponsesStream(events, answer, own);
        try
        {
            await foreach (var chunk in chunks)
            {
                if (!stream.HasBegun)
                {
                    AnswerCalls.BeginStream(http);
                }

                await stream.TakeAsync(chunk, http.RequestAborted);
            }
        }
        catch (RequestFailedException error) when (stream.HasBegun && !http.RequestAborted.IsCancellationRequested)
        {
            await stream.FailAsync(NamesOf(error.Failure), http.RequestAborted);
        }
    }

    /// <summary>Failures name fields as we do inside; callers are told them as they wrote them.</summary>
    private static Failure NamesOf(Failure failure) => failure.Field switch
    {
        "prompt" or "messages" => failure.As("input"),
        "max_tokens" => failure.As("max_output_tokens"),
        _ => OpenAiFieldNames.OfOwn(failure),
    };
}
