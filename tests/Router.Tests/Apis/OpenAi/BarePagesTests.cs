using System.Text;
using System.Text.Json;
using ExpertCluster.Router.Apis.OpenAi;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Unknown paths and methods, as routing leaves them: a status, and no body.</summary>
public sealed class BarePagesTests
{
    [Theory]
    [InlineData("POST", "/v1/embeddings", 404, "there is no POST /v1/embeddings")]
    [InlineData("DELETE", "/v1/models", 405, "there is no DELETE /v1/models; the path takes GET, HEAD")]
    public async Task Run_RefusedByRouting_HasOpenAisError(string method, string path, int status, string message)
    {
        var (http, text) = await AskAsync(method, path, context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Allow = status == 405 ? "GET, HEAD" : default;
            return Task.CompletedTask;
        });

        Assert.Equal((status, "application/json"), (http.Response.StatusCode, http.Response.ContentType));
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal((message, "not_found", JsonValueKind.Null), (error.GetProperty("message").GetString(), error.GetProperty("code").GetString(), error.GetProperty("param").ValueKind));
    }

    [Theory]
    [InlineData("HEAD", 404, null)]
    [InlineData("GET", 204, null)]
    [InlineData("GET", 503, null)]
    [InlineData("POST", 404, "application/grpc")]
    public async Task Run_OthersWithoutABody_StayBare(string method, int status, string? contentType)
    {
        var (_, text) = await AskAsync(method, "/x", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }, contentType);

        Assert.Empty(text);
    }

    [Fact]
    public async Task Run_PageWithABody_StaysAsItIs()
    {
        var (_, text) = await AskAsync("GET", "/x", async context =>
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("own", context.RequestAborted);
        });

        Assert.Equal("own", text);
    }

    private static async Task<(HttpContext Http, string Text)> AskAsync(string method, string path, RequestDelegate next, string? contentType = null)
    {
        var http = new DefaultHttpContext { Request = { Method = method, Path = path, ContentType = contentType } };
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await BarePages.RunAsync(http, next);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return (http, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
