using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Feedback;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>POST /v1/feedback: how an answer was. OpenAI has no such call; this one speaks as its others do.</summary>
internal sealed class FeedbackEndpoint(FeedbackDesk desk)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            var (id, good, expert) = await JsonBody.ReadAsync(http, Read);
            await desk.GiveAsync(id, good, expert, http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (RequestFailedException error)
        {
            await OpenAiErrors.WriteAsync(http.Response, error.Failure);
        }
    }

    private static (string Id, bool Good, string Expert) Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        fields.RefuseUnknown("request_id", "verdict", "expert");
        bool good = fields.String("verdict") switch
        {
            "good" => true,
            "bad" => false,
            _ => throw JsonFields.Wrong("verdict", "must be \"good\" or \"bad\""),
        };
        return (fields.String("request_id") ?? throw JsonFields.Wrong("request_id", "is missing"), good, fields.String("expert") ?? "");
    }
}
