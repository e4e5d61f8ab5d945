using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Answers /v1/messages, streamed or whole.</summary>
internal sealed class MessagesEndpoint(CompletionPipeline pipeline, ToolParsers tools, AskedRequests asked, StreamAnswers streams)
{
    public Task HandleAsync(HttpContext http) => AnswerCalls.RunAsync(http, () => AnswerAsync(http), failure => AnthropicErrors.WriteAsync(http.Response, NamesOf(failure)));

    private async Task AnswerAsync(HttpContext http)
    {
        var read = await JsonBody.ReadAsync(http, MessagesReader.Read);
        string id = asked.NewId();
        var request = CallHeaders.Onto(read.Request, http, read.Stream && HeldCalls.AreHeld(http)) with { Id = id };
        var answer = new MessagesAnswer(request, $"msg_{id}");
        var own = tools.Begin(request.Tools);
        await (read.Stream
            ? streams.RunAsync(http, id, (target, cancellation) => StreamAsync(target, pipeline.RunAsync(request, DateTime.MaxValue, cancellation), answer, own, cancellation))
            : WholeAsync(http, pipeline.RunAsync(request, DateTime.MaxValue, http.RequestAborted), answer, own));
    }

    private static async Task WholeAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, MessagesAnswer answer, ToolAnswer? own)
    {
        var (whole, usage) = await ChoiceAnswer.ReadAsync(chunks, own);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        answer.WriteWhole(json, whole, usage);
    }

    private static async Task StreamAsync(IEventTarget target, IAsyncEnumerable<CompletionChunk> chunks, MessagesAnswer answer, ToolAnswer? own, CancellationToken cancellation)
    {
        using var events = new EventStream(target);
        var stream = new MessagesStream(events, answer, own);
        bool begun = false;
        try
        {
            await foreach (var chunk in chunks)
            {
                if (!begun)
                {
                    begun = true;
                    target.Begin();
                }

                await stream.TakeAsync(chunk, cancellation);
            }
        }
        catch (RequestFailedException error) when (begun && !target.IsGone)
        {
            await events.WriteAsync("error", AnthropicErrors.Write, NamesOf(target.Told(error.Failure)), cancellation);
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
