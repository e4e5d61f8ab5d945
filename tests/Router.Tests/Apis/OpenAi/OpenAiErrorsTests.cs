using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class OpenAiErrorsTests
{
    [Theory]
    [InlineData(FailureKind.InvalidArgument, 400, "invalid_request_error", null)]
    [InlineData(FailureKind.PromptTooLong, 400, "invalid_request_error", "context_length_exceeded")]
    [InlineData(FailureKind.TooLarge, 413, "invalid_request_error", "request_too_large")]
    [InlineData(FailureKind.UnknownModel, 404, "invalid_request_error", "model_not_found")]
    [InlineData(FailureKind.Unimplemented, 501, "not_implemented_error", null)]
    [InlineData(FailureKind.Overloaded, 429, "rate_limit_error", "overloaded")]
    [InlineData(FailureKind.Unavailable, 503, "service_unavailable_error", null)]
    [InlineData(FailureKind.DeadlineExceeded, 504, "timeout_error", null)]
    [InlineData(FailureKind.Cancelled, 499, "cancelled_error", null)]
    [InlineData(FailureKind.Internal, 500, "internal_error", null)]
    [InlineData(FailureKind.Conflict, 409, "invalid_request_error", null)]
    [InlineData(FailureKind.Gone, 410, "invalid_request_error", "gone")]
    [InlineData(FailureKind.Forbidden, 403, "permission_error", null)]
    [InlineData(FailureKind.Unauthenticated, 401, "invalid_request_error", "invalid_api_key")]
    public async Task Write_EveryKind_HasStatusTypeAndCode(FailureKind kind, int status, string type, string? code)
    {
        var (answer, json) = await WriteAsync(new Failure(kind, "why", "temperature"));

        Assert.Equal((status, "application/json"), (answer.StatusCode, answer.ContentType));
        Assert.Equal(("why", type, "temperature", code), (Text(json, "message"), Text(json, "type"), Text(json, "param"), Text(json, "code")));
    }

    [Theory]
    [InlineData(FailureKind.Overloaded, null, "1")]
    [InlineData(FailureKind.Unavailable, 1200, "2")]
    [InlineData(FailureKind.Overloaded, 30000, "30")]
    [InlineData(FailureKind.InvalidArgument, null, "")]
    [InlineData(FailureKind.Internal, null, "")]
    public async Task Write_RetryAfter_IsInWholeSecondsWhereATryHelps(FailureKind kind, int? milliseconds, string expected)
    {
        var failure = new Failure(kind, "why");

        var (answer, _) = await WriteAsync(milliseconds is { } delay ? failure with { RetryAfter = TimeSpan.FromMilliseconds(delay) } : failure);

        Assert.Equal(expected, answer.Headers.RetryAfter.ToString());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty("error").GetProperty(name).GetString();

    private static async Task<(HttpResponse Answer, JsonElement Json)> WriteAsync(Failure failure)
    {
        var http = new DefaultHttpContext();
        var body = new MemoryStream();
        http.Response.Body = body;
        await OpenAiErrors.WriteAsync(http.Response, failure);
        await http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return (http.Response, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
