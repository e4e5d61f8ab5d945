using System.Net;
using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Tests.Apis.Streams;

/// <summary>Callers that leave and come back, to the router that answers and to another one, over sockets.</summary>
public sealed class StreamEndpointsTests : TwoRouters
{
    private const string Chat = """{"model": "law", "stream": true, "messages": [{"role": "user", "content": "Who pays?"}]}""";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_WithAnId_EventsAreNumberedAndTheHeaderSaysTheId()
    {
        Here.Give(10);

        using var answer = await PostAsync("talk-1");
        string text = await answer.Content.ReadAsStringAsync(_cancellation);

        Assert.Equal(("text/event-stream; charset=utf-8", "talk-1"), (answer.Content.Headers.ContentType!.ToString(), IdOf(answer)));
        string[] events = EventsOf(text);
        Assert.Equal(Enumerable.Range(1, 7).Select(k => $"id: {k}"), events.Select(e => e.Split('\n')[0]));
        Assert.EndsWith("data: [DONE]", events[^1], StringComparison.Ordinal);
        Assert.Equal(string.Concat(StreamRouter.Pieces), TextOf(text));
    }

    /// <summary>As ever: no numbers, nothing is held.</summary>
    [Fact]
    public async Task Post_WithoutAnId_HoldsNothing()
    {
        Here.Give(10);

        using var answer = await PostAsync(null);

        Assert.DoesNotContain("id: 1\n", await answer.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains(HeldCalls.Header));
        Assert.Empty(Here.Script.Held.List());
    }

    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Get_TheCallerLeftOnTheWay_TheRestComesFromAnyRouter(string router)
    {
        string begun = await LeaveAsync("talk-2", events: 3);
        var asked = router == "here" ? Here : There;

        using var back = await asked.Client.GetAsync("/v1/stream/talk-2?starting_after=3", HttpCompletionOption.ResponseHeadersRead, _cancellation);
        Here.Give(10);
        string rest = await back.Content.ReadAsStringAsync(_cancellation);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream; charset=utf-8", "talk-2"), (back.StatusCode, back.Content.Headers.ContentType!.ToString(), IdOf(back)));
        Assert.Equal(string.Concat(StreamRouter.Pieces), TextOf(begun + rest));
        Assert.Equal(Enumerable.Range(1, 7).Select(k => $"id: {k}"), EventsOf(begun + rest).Select(e => e.Split('\n')[0]));
        Assert.Single(Here.Script.Backend.Calls);
        Assert.Empty(There.Script.Backend.Calls);
    }

    [Theory]
    [InlineData("here", null)]
    [InlineData("there", null)]
    [InlineData("there", "4")]
    public async Task Get_AfterTheEnd_IsTheSameToTheByte(string router, string? last)
    {
        Here.Give(10);
        using var first = await PostAsync("auto");
        string whole = await first.Content.ReadAsStringAsync(_cancellation);
        string id = IdOf(first);
        Assert.StartsWith($"stream_{Here.Mark}", id, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/stream/{id}");
        request.Headers.Add("Last-Event-ID", last is null ? [] : [last]);
        using var back = await (router == "here" ? Here : There).Client.SendAsync(request, _cancellation);

        string text = await back.Content.ReadAsStringAsync(_cancellation);
        Assert.Equal(last is null ? whole : whole[whole.IndexOf("id: 5\n", StringComparison.Ordinal)..], text);
    }

    /// <summary>llama.cpp's clients count bytes, and may have half of a character.</summary>
    [Fact]
    public async Task Get_FromAByte_GoesOnThere()
    {
        Here.Give(10);
        using var first = await PostAsync("talk-3");
        byte[] whole = await first.Content.ReadAsByteArrayAsync(_cancellation);
        int half = whole.AsSpan().IndexOf("ö"u8) + 1;

        byte[] rest = await There.Client.GetByteArrayAsync($"/v1/stream/talk-3?from={half}", _cancellation);

        Assert.Equal(whole, (byte[])[.. whole[..half], .. rest]);
    }

    /// <summary>A browser that asks once more with the number of the last event is told to stop.</summary>
    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Get_AllIsThere_HasNoContent(string router)
    {
        Here.Give(10);
        using var first = await PostAsync("talk-4");
        await first.Content.ReadAsStringAsync(_cancellation);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream/talk-4?starting_after=2");
        request.Headers.Add("Last-Event-ID", "7");
        using var back = await (router == "here" ? Here : There).Client.SendAsync(request, _cancellation);

        Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
    }

    [Theory]
    [InlineData("/v1/stream/talk-5?starting_after=8", "starting_after", "starting_after is 8; the stream has 7 events so far")]
    [InlineData("/v1/stream/talk-5?starting_after=-1", "starting_after", "starting_after must be a whole number from 0 to 2147483647")]
    [InlineData("/v1/stream/talk-5?from=99999999999", "from", "from must be a whole number from 0 to 2147483647")]
    [InlineData("/v1/stream/talk-5?from=1&starting_after=1", "from", "from and starting_after are both there; one of them says where to go on")]
    [InlineData("/v1/stream/a%20b", "id", "id is none of a stream: 1 to 128 letters, digits and any of -._~:@+=")]
    public async Task Get_WrongInput_NamesTheField(string path, string field, string message)
    {
        Here.Give(10);
        using var first = await PostAsync("talk-5");
        await first.Content.ReadAsStringAsync(_cancellation);

        foreach (var router in (StreamRouter[])[Here, There])
        {
            using var back = await router.Client.GetAsync(path, _cancellation);

            var error = JsonElement.Parse(await back.Content.ReadAsStringAsync(_cancellation)).GetProperty("error");
            Assert.Equal((HttpStatusCode.BadRequest, field, message), (back.StatusCode, error.GetProperty("param").GetString(), error.GetProperty("message").GetString()));
        }
    }

    [Fact]
    public async Task Get_NobodyHoldsIt_IsNotFound()
    {
        foreach (string id in (string[])["nobody", $"stream_{There.Mark}0123456789abcdef01234567", "stream_00000000000000000123456789abcdef"])
        {
            using var back = await Here.Client.GetAsync($"/v1/stream/{id}", _cancellation);

            Assert.Equal(HttpStatusCode.NotFound, back.StatusCode);
            Assert.Contains("no router holds this stream", await back.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
        }
    }

    /// <summary>Two routers that each think that the other has it would pass a call on for ever.</summary>
    [Fact]
    public async Task Get_PassedOnAlready_IsNotPassedOnAgain()
    {
        Here.Give(10);
        using var first = await PostAsync("talk-6");
        await first.Content.ReadAsStringAsync(_cancellation);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream/talk-6");
        request.Headers.Add("X-ExpertCluster-Relayed", "1");
        using var back = await There.Client.SendAsync(request, _cancellation);

        Assert.Equal(HttpStatusCode.NotFound, back.StatusCode);
    }

    [Fact]
    public async Task Get_ItsRouterIsGone_SaysSo()
    {
        Here.Give(10);
        using var first = await PostAsync("talk-7");
        await first.Content.ReadAsStringAsync(_cancellation);
        var place = Here.Place("talk-7")!;
        await Here.DisposeAsync();
        There.Script.Cluster.HeldAt = (_, _) => place;

        using var back = await There.Client.GetAsync("/v1/stream/talk-7", _cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, back.StatusCode);
        Assert.Contains("the router that holds this stream does not answer", await back.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_NotKeptAnyMore_IsGone()
    {
        await using var small = await StreamRouter.StartAsync("small", new RouterOptions { HeldStreamBytes = 65_536, HeldBytes = 65_536 });
        using var filler = small.Script.Held.Begin("filler", StreamAnswers.Kind, async (stream, cancellation) =>
        {
            await stream.AddAsync(new byte[65_000]);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        });
        await filler.ReadAsync(_cancellation);
        small.Give(10);
        using var first = await PostAsync("talk-8", small);
        Assert.Equal(string.Concat(StreamRouter.Pieces), TextOf(await first.Content.ReadAsStringAsync(_cancellation)));

        using var back = await small.Client.GetAsync("/v1/stream/talk-8", _cancellation);

        Assert.Equal(HttpStatusCode.Gone, back.StatusCode);
        Assert.Contains("65536 bytes of all streams are kept", await back.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
        small.Script.Held.Drop("filler", StreamDrop.Deleted);
    }

    [Theory]
    [InlineData("a/b", "must be 1 to 128")]
    [InlineData("resp_1", "choose another")]
    [InlineData("stream_1", "choose another")]
    public async Task Post_IdThatMayNotBe_NamesTheHeader(string id, string message)
    {
        using var answer = await PostAsync(id);

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync(_cancellation)).GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "X-Conversation-Id"), (answer.StatusCode, error.GetProperty("param").GetString()));
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_FailsBeforeTheFirstEvent_HasItsStatusAndNothingIsHeld()
    {
        Here.Script.Backend.Refuse = _ => new RequestFailedException(FailureKind.Unavailable, "no host");

        using var answer = await PostAsync("talk-9");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(Here.Script.Held.List());
    }

    /// <summary>The newest request of a conversation has its id, on all routers.</summary>
    [Fact]
    public async Task Post_IdOfAnother_OtherRoutersLetGo()
    {
        Here.Give(10);
        using var answer = await PostAsync("talk-10");
        await answer.Content.ReadAsStringAsync(_cancellation);

        Assert.Equal((There.Mark, "talk-10", Here.Place("talk-10")!.BegunAtUnixMs), Assert.Single(Here.Script.Cluster.HeldDrops));
    }

    [Fact]
    public async Task Delete_Running_EndsItsGeneration()
    {
        await LeaveAsync("talk-11", events: 2);
        var stream = Here.Script.Held.Find("talk-11")!;

        using var answer = await Here.Client.DeleteAsync("/v1/stream/talk-11", _cancellation);
        using var again = await Here.Client.DeleteAsync("/v1/stream/talk-11", _cancellation);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (answer.StatusCode, again.StatusCode));
        Assert.True(stream.Cancellation.IsCancellationRequested);
        Assert.Null(Here.Script.Held.Find("talk-11"));
    }

    [Fact]
    public async Task Delete_OfAnotherRouter_IsToldToIt()
    {
        using var answer = await There.Client.DeleteAsync("/v1/stream/talk-12", _cancellation);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal((Here.Mark, "talk-12", long.MaxValue), Assert.Single(There.Script.Cluster.HeldDrops));
    }

    /// <summary>Nobody comes back in time: the answer ends, and says so to whoever comes later.</summary>
    [Fact]
    public async Task Get_AfterItsGenerationWasEnded_TellsWhy()
    {
        await LeaveAsync("talk-13", events: 2);
        var stream = Here.Script.Held.Find("talk-13")!;
        using (var watcher = stream.Follow(new StreamPlace(2, InBytes: false, "")))
        {
            // Only when it is known that the caller's end was noticed does the clock move.
            while (stream.Readers > 1)
            {
                await Task.Yield();
            }
        }

        Here.Script.Time.Advance(TimeSpan.FromSeconds(30));
        string text = await Here.Client.GetStringAsync("/v1/stream/talk-13", _cancellation);

        Assert.Contains("nobody listened for 30 seconds", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    /// <summary>What its events don't tell is no end: the connection is cut, to whoever asks.</summary>
    [Fact]
    public async Task Get_TheRouterFailedOnTheWay_IsCut()
    {
        using var first = Here.Script.Held.Begin("talk-19", StreamAnswers.Kind, async (stream, _) =>
        {
            await stream.AddAsync("id: 1\ndata: {}\n\n"u8.ToArray());
            throw new InvalidOperationException("a fault of ours");
        });
        await first.Stream.Ended.WaitAsync(_cancellation);

        foreach (var router in (StreamRouter[])[Here, There])
        {
            // Before the caller has the headers or behind them; and another router may hear of it before it has begun to pass anything on.
            var error = await Assert.ThrowsAsync<HttpRequestException>(() => router.Client.GetStringAsync("/v1/stream/talk-19", _cancellation));
            Assert.Contains(error.StatusCode, router == Here ? [null] : (HttpStatusCode?[])[null, HttpStatusCode.ServiceUnavailable]);
        }
    }

    [Fact]
    public async Task Post_Messages_AreHeldAsWell()
    {
        Here.Give(10);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent("""{"model": "law", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "Who pays?"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(HeldCalls.Header, "talk-14");
        using var answer = await Here.Client.SendAsync(request, _cancellation);
        string whole = await answer.Content.ReadAsStringAsync(_cancellation);

        string back = await There.Client.GetStringAsync("/v1/stream/talk-14?starting_after=1", _cancellation);

        Assert.StartsWith("id: 1\nevent: message_start\n", whole, StringComparison.Ordinal);
        Assert.StartsWith("id: 2\nevent: ping\n", back, StringComparison.Ordinal);
        Assert.EndsWith(back, whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", HttpStatusCode.OK)]
    [InlineData("off", HttpStatusCode.Forbidden)]
    public async Task List_IsForOperators(string admin, HttpStatusCode status)
    {
        await using var router = await StreamRouter.StartAsync("listed", new RouterOptions { Admin = admin });
        router.Give(10);
        using var first = await PostAsync("talk-15", router);
        await first.Content.ReadAsStringAsync(_cancellation);

        using var list = await router.Client.GetAsync("/v1/streams", _cancellation);

        Assert.Equal(status, list.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK, (await list.Content.ReadAsStringAsync(_cancellation)).Contains("\"conversation_id\":\"talk-15\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_HasThoseOfAllRoutersAndNamesTheSilentOnes()
    {
        await using var asked = await StreamRouter.StartAsync("asked", new RouterOptions { Admin = "on" });
        StreamRouter.Join(asked, Here, There);
        foreach (var (router, id) in ((StreamRouter, string)[])[(Here, "talk-16"), (There, "talk-17"), (asked, "talk-18")])
        {
            router.Give(10);
            using var answer = await PostAsync(id, router);
            await answer.Content.ReadAsStringAsync(_cancellation);
        }

        var all = JsonElement.Parse(await asked.Client.GetStringAsync("/v1/streams", _cancellation));
        await There.DisposeAsync();
        var without = JsonElement.Parse(await asked.Client.GetStringAsync("/v1/streams", _cancellation));

        Assert.Equal([("asked", "talk-18"), ("here", "talk-16"), ("there", "talk-17")], Listed(all));
        Assert.Equal(0, all.GetProperty("silent_routers").GetArrayLength());
        Assert.Equal([("asked", "talk-18"), ("here", "talk-16")], Listed(without));
        Assert.Equal("there", without.GetProperty("silent_routers")[0].GetString());

        static IEnumerable<(string? Router, string? Id)> Listed(JsonElement list) => list.GetProperty("data").EnumerateArray()
            .Select(s => (s.GetProperty("router").GetString(), s.GetProperty("conversation_id").GetString())).OrderBy(s => s.Item1, StringComparer.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string? id, StreamRouter? router = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Chat, Encoding.UTF8, "application/json") };
        if (id is not null)
        {
            request.Headers.Add(HeldCalls.Header, id);
        }

        return await (router ?? Here).Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _cancellation);
    }

    /// <summary>Reads so many events and hangs up.</summary>
    private async Task<string> LeaveAsync(string id, int events)
    {
        Here.Give(events - 2);
        using var answer = await PostAsync(id);
        await using var stream = await answer.Content.ReadAsStreamAsync(_cancellation);
        byte[] one = new byte[1];
        List<byte> bytes = [];
        while (bytes.Count(b => b == '\n') < 3 * events)
        {
            Assert.Equal(1, await stream.ReadAsync(one, _cancellation));
            bytes.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string IdOf(HttpResponseMessage answer) => answer.Headers.GetValues(HeldCalls.Header).Single();

    private static string[] EventsOf(string text) => text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

    private static string TextOf(string text) => string.Concat(EventsOf(text).Select(e => e.Split('\n')[^1]["data: ".Length..]).Where(d => d != "[DONE]")
        .Select(d => JsonElement.Parse(d).GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));
}
