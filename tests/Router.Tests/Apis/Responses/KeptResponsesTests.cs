using System.Net;
using System.Text;
using System.Text.Json;
using ExpertCluster.Router.Tests.Apis.Streams;

namespace ExpertCluster.Router.Tests.Apis.Responses;

/// <summary>Responses in the background, asked for at the router that answers and at another one, over sockets.</summary>
public sealed class KeptResponsesTests : TwoRouters
{
    private static readonly string Text = string.Concat(StreamRouter.Pieces);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_StreamOfEitherRouter_GoesOnBehindTheNumber(bool elsewhere)
    {
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "background": true, "stream": true}""");
        await using var begun = await answer.Content.ReadAsStreamAsync(_cancellation);
        using var lines = new StreamReader(begun);
        await lines.ReadLineAsync(_cancellation);
        var created = JsonElement.Parse((await lines.ReadLineAsync(_cancellation))!["data: ".Length..]).GetProperty("response");
        string id = created.GetProperty("id").GetString()!;
        Assert.Equal((true, true, "in_progress"), (created.GetProperty("background").GetBoolean(), created.GetProperty("store").GetBoolean(), created.GetProperty("status").GetString()));
        answer.Dispose();

        using var back = await (elsewhere ? There : Here).Client.GetAsync($"/v1/responses/{id}?stream=true&starting_after=1", HttpCompletionOption.ResponseHeadersRead, _cancellation);
        Here.Give(10);
        var events = EventsOf(await back.Content.ReadAsStringAsync(_cancellation));

        Assert.Equal("text/event-stream; charset=utf-8", back.Content.Headers.ContentType!.ToString());
        Assert.Equal(Enumerable.Range(2, events.Count), events.Select(e => e.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("response.completed", events[^1].GetProperty("type").GetString());
        var kept = await StateAsync(elsewhere ? Here : There, id);
        Assert.True(JsonElement.DeepEquals(events[^1].GetProperty("response"), kept));
        Assert.Equal(Text, TextOf(kept));
    }

    [Fact]
    public async Task Post_WithoutAStream_IsAnsweredAtOnceAndPolled()
    {
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "background": true}""");
        var first = JsonElement.Parse(await answer.Content.ReadAsStringAsync(_cancellation));
        string id = first.GetProperty("id").GetString()!;

        Assert.Equal("in_progress", first.GetProperty("status").GetString());
        Assert.Equal("in_progress", (await StateAsync(There, id)).GetProperty("status").GetString());
        Here.Give(10);
        await Here.Script.Held.Find(id)!.Ended;
        var last = await StateAsync(There, id);
        Assert.Equal(("completed", Text), (last.GetProperty("status").GetString(), TextOf(last)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_Running_EndsItAndItsStatusSaysSo(bool elsewhere)
    {
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "background": true, "stream": true}""");
        string id = Assert.Single(Here.Script.Held.List()).Id;
        var router = elsewhere ? There : Here;

        using var cancelled = await router.Client.PostAsync($"/v1/responses/{id}/cancel", null, _cancellation);
        using var again = await router.Client.PostAsync($"/v1/responses/{id}/cancel", null, _cancellation);

        var state = JsonElement.Parse(await cancelled.Content.ReadAsStringAsync(_cancellation));
        Assert.Equal("cancelled", state.GetProperty("status").GetString());
        Assert.Equal(state.GetRawText(), await again.Content.ReadAsStringAsync(_cancellation));
        Assert.True(Here.Script.Held.Find(id)!.Cancellation.IsCancellationRequested);
        var events = EventsOf(await answer.Content.ReadAsStringAsync(_cancellation));
        Assert.Equal(("response.incomplete", "cancelled"), (events[^1].GetProperty("type").GetString(), events[^1].GetProperty("response").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Delete_OfEitherRouter_LeavesNothing()
    {
        Here.Give(10);
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "background": true, "stream": true}""");
        await answer.Content.ReadAsStringAsync(_cancellation);
        string id = Assert.Single(Here.Script.Held.List()).Id;

        using var deleted = await There.Client.DeleteAsync($"/v1/responses/{id}", _cancellation);
        using var again = await There.Client.DeleteAsync($"/v1/responses/{id}", _cancellation);

        Assert.Equal($$"""{"id":"{{id}}","object":"response","deleted":true}""", await deleted.Content.ReadAsStringAsync(_cancellation));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Empty(Here.Script.Held.List());
    }

    [Theory]
    [InlineData("resp_0123456789abcdef0123456789abcdef", HttpStatusCode.NotFound, "response_id")]
    [InlineData("talk", HttpStatusCode.NotFound, "response_id")]
    [InlineData("ID?stream=maybe", HttpStatusCode.BadRequest, "stream")]
    [InlineData("ID?starting_after=1", HttpStatusCode.BadRequest, "starting_after")]
    [InlineData("ID?stream=true&starting_after=99", HttpStatusCode.BadRequest, "starting_after")]
    public async Task Get_WrongInput_NamesTheField(string asked, HttpStatusCode status, string field)
    {
        Here.Give(10);
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "background": true, "stream": true}""");
        await answer.Content.ReadAsStringAsync(_cancellation);
        string path = "/v1/responses/" + asked.Replace("ID", Here.Script.Held.List()[0].Id, StringComparison.Ordinal);

        foreach (var router in (StreamRouter[])[Here, There])
        {
            using var back = await router.Client.GetAsync(path, _cancellation);

            var error = JsonElement.Parse(await back.Content.ReadAsStringAsync(_cancellation)).GetProperty("error");
            Assert.Equal((status, field), (back.StatusCode, error.GetProperty("param").GetString()));
        }
    }

    [Fact]
    public async Task Post_NotInTheBackground_IsNotKept()
    {
        Here.Give(10);
        using var answer = await PostAsync("""{"model": "law", "input": "Who pays?", "stream": true}""");
        await answer.Content.ReadAsStringAsync(_cancellation);

        Assert.Empty(Here.Script.Held.List());
    }

    [Fact]
    public async Task Post_FailsBeforeItBegins_HasItsStatus()
    {
        using var answer = await PostAsync("""{"model": "nobody", "input": "Who pays?", "background": true}""");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(Here.Script.Held.List());
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await Here.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _cancellation);
    }

    private async Task<JsonElement> StateAsync(StreamRouter router, string id) => JsonElement.Parse(await router.Client.GetStringAsync($"/v1/responses/{id}", _cancellation));

    private static List<JsonElement> EventsOf(string text) =>
        [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonElement.Parse(e.Split('\n')[^1]["data: ".Length..]))];

    private static string TextOf(JsonElement response) => response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
}
