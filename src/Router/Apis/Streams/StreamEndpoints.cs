using System.Globalization;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis.Streams;

/// <summary>Asks for held streams again, and deletes them, on whichever router they are.</summary>
internal sealed class StreamEndpoints(HeldStreams held, StreamAnswers answers, StreamFinder finder, StreamRelay relay, HeldMetrics metrics)
{
    private const string Bytes = "from";
    private const string Events = "starting_after";
    private const string LastEvent = "Last-Event-ID";

    public Task GetAsync(HttpContext http, string id) => RunAsync(http, async () =>
    {
        var from = PlaceOf(http);
        if (held.Find(id) is { Kind: StreamAnswers.Kind } stream)
        {
            await FollowAsync(http, stream, from);
        }
        else
        {
            await ElsewhereAsync(http, id);
        }
    });

    public Task DeleteAsync(HttpContext http, string id) => RunAsync(http, async () =>
    {
        StreamIds.CheckAsked(id);
        if (!held.Drop(id, StreamDrop.Deleted))
        {
            await finder.DropAsync(id, http.RequestAborted);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    private async Task FollowAsync(HttpContext http, HeldStream stream, StreamPlace from)
    {
        metrics.Comebacks.Inc();
        if (from.Count > 0 && stream.IsOverAt(from))
        {
            // An event source stops asking (WHATWG HTML, 9.2).
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var reader = stream.Follow(from);
        await answers.FollowAsync(http, reader);
    }

    private async Task ElsewhereAsync(HttpContext http, string id)
    {
        StreamIds.CheckAsked(id);
        if (http.Request.Headers.ContainsKey(StreamRelay.Mark) || await finder.FindAsync(id, http.RequestAborted) is not { } address)
        {
            throw StreamFinder.NotHeld();
        }

        await relay.RunAsync(http, address);
    }

    private static Task RunAsync(HttpContext http, Func<Task> answer) => AnswerCalls.RunAsync(http, answer, failure => OpenAiErrors.WriteAsync(http.Response, failure));

    /// <summary>A browser that comes back asks with the same address as before, and tells in the header what it got since.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public static StreamPlace PlaceOf(HttpContext http)
    {
        if (http.Request.Headers[LastEvent].ToString() is { Length: > 0 } last)
        {
            return new StreamPlace(NumberOf(last, LastEvent), InBytes: false, LastEvent);
        }

        string events = http.Request.Query[Events].ToString();
        string bytes = http.Request.Query[Bytes].ToString();
        return (events.Length, bytes.Length) switch
        {
            (0, 0) => StreamPlace.Start,
            ( > 0, > 0) => throw new RequestFailedException(Failure.Invalid(Bytes, $"{Bytes} and {Events} are both there; one of them says where to go on")),
            (0, _) => new StreamPlace(NumberOf(bytes, Bytes), InBytes: true, Bytes),
            _ => new StreamPlace(NumberOf(events, Events), InBytes: false, Events),
        };
    }

    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public static int NumberOf(string text, string field) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new RequestFailedException(Failure.Invalid(field, $"{field} must be a whole number from 0 to {int.MaxValue}"));
}
