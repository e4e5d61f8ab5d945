using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Answers /v1/messages, streamed or whole.</summary>
internal sealed class MessagesEndpoint(CompletionPipeline pipeline, ToolParsers tools, AskedRequests asked, StallGuard stalls)
{
    public Task HandleAsync(HttpContext http) => AnswerCalls.RunAsync(http, () => AnswerAsync(http), failure => AnthropicErrors.WriteAsync(http.Response, NamesOf(failure)));

    private async Task AnswerAsync(HttpContext http)
    {
        var read = await JsonBody.ReadAsync(http, MessagesReader.Read);
        string id = asked.NewId();
        var request = CallHeaders.Onto(read.Request, http) with { Id = id };
        var answer = new MessagesAnswer(request, $"msg_{id}");
        var own = tools.Begin(request.Tools);
        var chunks = pipeline.RunAsync(request, DateTime.MaxValue, http.RequestAborted);
        await (read.Stream ? StreamAsync(http, chunks, answer, own) : WholeAsync(http, chunks, answer, own));
    }

    private static async Task WholeAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, MessagesAnswer answer, ToolAnswer? own)
    {
        var (whole, usage) = await ChoiceAnswer.ReadAsync(chunks, own);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        answer.WriteWhole(json, whole, usage);
    }

    private async Task StreamAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, MessagesAnswer answer, ToolAnswer? own)
    {
        using var events = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
        var stream = new MessagesStream(events, answer, own);
        bool begun = false;
        try
        {
            await foreach (var chunk in chunks)
            {
                if (!begun)
                {
                    begun = true;
                    AnswerCalls.BeginStream(http);
                }

                await stream.TakeAsync(chunk, http.RequestAborted);
            }
        }
        catch (RequestFailedException error) when (begun && !http.RequestAborted.IsCancellationRequested)
        {
            await events.WriteAsync("error", AnthropicErrors.Write, NamesOf(error.Failure), http.RequestAborted);
        }
    }

    /// <summary>Failures name fields as we do inside; callers are told them as they wrote them.</summary>
    private static Failure NamesOf(Failure failure) => failure.Field switch
    {
        "prompt" => failure.As("messages"),
        "stop" => failure.As("stop_sequences"),
        _ => OpenAiFieldNames.OfOwn(failure),
    };
}
