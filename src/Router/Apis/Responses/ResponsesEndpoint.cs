using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Answers /v1/responses, streamed or whole.</summary>
internal sealed class ResponsesEndpoint(CompletionPipeline pipeline, ToolParsers tools, AskedRequests asked, StreamAnswers streams, HeldStreams held, TimeProvider time)
{
    /// <summary>Of streams whose events are a response's.</summary>
    public const string Kind = "response";

    /// <summary>A caller has a response cancelled.</summary>
    public static readonly Failure Cancelled = new(FailureKind.Cancelled, "the response was cancelled");

    public Task HandleAsync(HttpContext http) => AnswerCalls.RunAsync(http, () => AnswerAsync(http), failure => OpenAiErrors.WriteAsync(http.Response, NamesOf(failure)));

    private async Task AnswerAsync(HttpContext http)
    {
        var read = await JsonBody.ReadAsync(http, ResponsesReader.Read);
        string id = asked.NewId();
        bool outlives = read.Background || (read.Stream && HeldCalls.AreHeld(http));
        var request = CallHeaders.Onto(read.Request, http, outlives) with { Id = id };
        var answer = new ResponsesAnswer(read with { Request = request }, id, time.GetUtcNow().ToUnixTimeSeconds());
        var own = tools.Begin(request.Tools);
        if (read.Background)
        {
            await BackgroundAsync(http, StreamIds.OfResponse(id), read.Stream, (stream, cancellation) =>
                StreamAsync(new HeldTarget(stream, isNumbered: false), Run(cancellation), answer, own, cancellation, stream));
        }
        else if (read.Stream)
        {
            await streams.RunAsync(http, id, (target, cancellation) => StreamAsync(target, Run(cancellation), answer, own, cancellation));
        }
        else
        {
            await WholeAsync(http, Run(http.RequestAborted), answer, own);
        }

        IAsyncEnumerable<CompletionChunk> Run(CancellationToken cancellation) => pipeline.RunAsync(request, DateTime.MaxValue, cancellation);
    }

    /// <summary>What fails before it begins still gets its status, so that who doesn't stream is answered then, too.</summary>
    private async Task BackgroundAsync(HttpContext http, string id, bool isStreamed, Func<HeldStream, CancellationToken, Task> produce)
    {
        using var reader = held.Begin(id, Kind, produce);
        if (isStreamed)
        {
            await streams.FollowAsync(http, reader);
            return;
        }

        await reader.ReadAsync(http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.BodyWriter.WriteAsync(reader.Stream.State, http.RequestAborted);
    }

    private static async Task WholeAsync(HttpContext http, IAsyncEnumerable<CompletionChunk> chunks, ResponsesAnswer answer, ToolAnswer? own)
    {
        var (whole, usage) = await ChoiceAnswer.ReadAsync(chunks, own);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
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

    /// <param name="target">Where the events go.</param>
    /// <param name="chunks">Of the answer.</param>
    /// <param name="answer">Writes them.</param>
    /// <param name="own">Reads calls.</param>
    /// <param name="cancellation">Of the generation.</param>
    /// <param name="stream">Keeps the response; null: nobody asks for it.</param>
    private static async Task StreamAsync(
        IEventTarget target, IAsyncEnumerable<CompletionChunk> chunks, ResponsesAnswer answer, ToolAnswer? own, CancellationToken cancellation, HeldStream? stream = null)
    {
        using var events = new EventStream(target);
        var response = new ResponsesStream(events, answer, own, stream is null ? null : stream.Tell);
        try
        {
            await foreach (var chunk in chunks)
            {
                if (!response.HasBegun)
                {
                    target.Begin();
                }

                await response.TakeAsync(chunk, cancellation);
            }
        }
        catch (RequestFailedException error) when (response.HasBegun && !target.IsGone)
        {
            var told = target.Told(error.Failure);
            await (ReferenceEquals(told, Cancelled) ? response.CancelAsync(cancellation) : response.FailAsync(NamesOf(told), cancellation));
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
