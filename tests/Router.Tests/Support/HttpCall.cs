using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A call of an endpoint, and what it answered.</summary>
internal sealed record HttpCall(HttpContext Http, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The answer's events, each with its name.</summary>
    public List<(string? Name, JsonElement Data)> Events =>
    [
        .. Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(one =>
        {
            string[] lines = one.Split('\n');
            return (lines.Length > 1 ? lines[0]["event: ".Length..] : null, JsonElement.Parse(lines[^1]["data: ".Length..]));
        }),
    ];

    public static async Task<HttpCall> SendAsync(Func<HttpContext, Task> endpoint, string body)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await endpoint(http);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return new HttpCall(http, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
