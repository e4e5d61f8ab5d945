using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>The admin API over HTTP: the messages of `admin.proto` as JSON, field by field. Errors are those of the OpenAI API.</summary>
internal sealed class AdminEndpoints(AdminLists lists, AdminAccess access)
{
    public Task ListExpertsAsync(HttpContext http) => AnswerAsync(http, () => lists.Experts(new ListExpertsRequest { PageSize = SizeOf(http), PageToken = TokenOf(http) }));

    public Task GetExpertAsync(HttpContext http, string name) => AnswerAsync(http, () => lists.Expert(new GetExpertRequest { Name = name }));

    public Task ListHostsAsync(HttpContext http) => AnswerAsync(http, () => lists.Hosts(new ListHostsRequest { PageSize = SizeOf(http), PageToken = TokenOf(http) }));

    private static int SizeOf(HttpContext http) => http.Request.Query["page_size"].ToString() switch
    {
        "" => 0,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) => size,
        _ => throw new RequestFailedException(Failure.Invalid("page_size", $"page_size is no whole number from 1 to {Pages.Most}")),
    };

    private static string TokenOf(HttpContext http) => http.Request.Query["page_token"].ToString();

    private async Task AnswerAsync(HttpContext http, Func<IMessage> answer)
    {
        try
        {
            access.Demand(http);
            var message = answer();
            http.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            MessageJson.Write(json, message);
        }
        catch (RequestFailedException error)
        {
            await OpenAiErrors.WriteAsync(http.Response, error.Failure);
        }
    }
}
