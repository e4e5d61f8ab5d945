using System.Text.Json;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis.Streams;

/// <summary>GET /v1/streams: what all routers hold. An id is all that a stream is asked for by, so the list of them is for operators.</summary>
internal sealed class StreamListApi(HeldStreams held, StreamFinder finder, NodeOptions node, AdminAnswers answers) : IApi
{
    public string Name => "stream-list";

    public bool IsAdmin => true;

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/v1/streams", (HttpContext http) => answers.RunAsync(http, () => ListAsync(http)));

    private async Task ListAsync(HttpContext http)
    {
        var (others, silent) = await finder.ListAsync(http.RequestAborted);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var stream in held.Summaries(node.Name).Concat(others).OrderByDescending(s => s.BegunAtUnixMs))
        {
            json.WriteStartObject();
            json.WriteString("conversation_id", stream.Id);
            json.WriteString("router", stream.Router);
            json.WriteString("kind", stream.Kind);
            json.WriteNumber("started_at", stream.BegunAtUnixMs / 1000);
            json.WriteBoolean("is_done", stream.HasEnded);
            json.WriteNumber("events", stream.Events);
            json.WriteNumber("total_bytes", stream.Bytes);
            json.WriteNumber("readers", stream.Readers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("silent_routers");
        foreach (string router in silent)
        {
            json.WriteStringValue(router);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
