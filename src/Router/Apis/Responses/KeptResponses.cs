using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Responses in the background, by their ids, on whichever router they are: their state, their events from one on, an end to them.</summary>
internal sealed class KeptResponses(HeldStreams held, StreamAnswers answers, StreamFinder finder, StreamRelay relay, HeldMetrics metrics)
{
    private const string Field = "response_id";
    private const string Streamed = "stream";
    private const string After = "starting_after";

    public Task GetAsync(HttpContext http, string id) => RunAsync(http, id, async stream =>
    {
        var from = PlaceOf(http);
        if (!IsStreamed(http))
        {
            held.Touch(stream);
            await WriteAsync(http, stream);
            return;
        }

        metrics.Comebacks.Inc();
        using var reader = stream.Follow(from);
        await answers.FollowAsync(http, reader);
    });

    /// <summary>One that has ended stays as it is.</summary>
    public Task CancelAsync(HttpContext http, string id) => RunAsync(http, id, async stream =>
    {
        held.Stop(stream, ResponsesEndpoint.Cancelled);
        await stream.Ended.WaitAsync(http.RequestAborted);
        await WriteAsync(http, stream);
    });

    public Task DeleteAsync(HttpContext http, string id) => RunAsync(http, id, async stream =>
    {
        held.Drop(id, StreamDrop.Deleted);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "response");
        json.WriteBoolean("deleted", true);
        json.WriteEndObject();
    });

    private Task RunAsync(HttpContext http, string id, Func<HeldStream, Task> answer) => AnswerCalls.RunAsync(
        http,
        async () =>
        {
            if (held.Find(id) is { Kind: ResponsesEndpoint.Kind } stream)
            {
                await answer(stream);
                return;
            }

            string? address = StreamIds.RouterOf(id) is null || http.Request.Headers.ContainsKey(StreamRelay.Mark) ? null : await finder.FindAsync(id, http.RequestAborted);
            await (address is null ? throw Unknown() : relay.RunAsync(http, address));
        },
        failure => OpenAiErrors.WriteAsync(http.Response, failure));

    private static async Task WriteAsync(HttpContext http, HeldStream stream)
    {
        var state = stream.State;
        http.Response.ContentType = "application/json";
        await http.Response.BodyWriter.WriteAsync(state, http.RequestAborted);
    }

    private static bool IsStreamed(HttpContext http) => http.Request.Query[Streamed].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw JsonFields.Wrong(Streamed, "must be true or false"),
    };

    /// <summary>Behind an event by its number, of which the first is 0.</summary>
    private static StreamPlace PlaceOf(HttpContext http)
    {
        string after = http.Request.Query[After].ToString();
        return after.Length == 0 ? StreamPlace.Start
            : !IsStreamed(http) ? throw JsonFields.Wrong(After, "is of streams: stream=true")
            : new StreamPlace(StreamEndpoints.NumberOf(after, After) + 1L, InBytes: false, After);
    }

    private static RequestFailedException Unknown() => new(new Failure(
        FailureKind.NotFound, $"{Field}: no router keeps this response: those in the background are kept, for some minutes after their end, and are lost with their router", Field));
}
