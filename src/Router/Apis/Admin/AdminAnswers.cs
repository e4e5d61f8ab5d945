using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.OpenAi;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>How the admin API answers over HTTP: messages as JSON, field by field, and errors as those of the OpenAI API.</summary>
internal sealed class AdminAnswers(AdminAccess access)
{
    public Task WriteAsync(HttpContext http, Func<Task<IMessage>> answer) => RunAsync(http, async () =>
    {
        var message = await answer();
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        MessageJson.Write(json, message);
    });

    /// <summary>For those who may; what fails is told.</summary>
    public async Task RunAsync(HttpContext http, Func<Task> answer)
    {
        try
        {
            access.Demand(http);
            await answer();
        }
        catch (RequestFailedException error)
        {
            await OpenAiErrors.WriteAsync(http.Response, error.Failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell.
            http.Abort();
        }
    }

    public static int SizeOf(HttpContext http) => http.Request.Query["page_size"].ToString() switch
    {
        "" => 0,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) => size,
        _ => throw new RequestFailedException(Failure.Invalid("page_size", $"page_size is no whole number from 1 to {Pages.Most}")),
    };

    public static string TokenOf(HttpContext http) => http.Request.Query["page_token"].ToString();
}
