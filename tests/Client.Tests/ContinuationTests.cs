using System.Text.Json;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client.Tests;

/// <summary>Answers that are gone on with, as Microsoft.Extensions.AI has it.</summary>
public sealed class ContinuationTests : IAsyncLifetime
{
    private static readonly ChatOptions Allowed = new() { AllowBackgroundResponses = true };

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private FakeRouter _router = null!;
    private ExpertClusterChatClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _router = await FakeRouter.StartAsync();
        _client = _router.Client();
        _router.Chunks =
        [
            FakeRouter.Plan(),
            FakeRouter.Text("It ", "law"),
            new CompleteChunk { ToolCalls = { new ToolCall { Index = 0, Id = "call-1", Name = "weather", Arguments = "{\"pla" } } },
            FakeRouter.Text("rains.", "law"),
            new CompleteChunk { ToolCalls = { new ToolCall { Index = 0, Arguments = "ce\":\"Ulm\"}" } } },
            FakeRouter.End(FinishReason.ToolCalls),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _router.DisposeAsync();
    }

    [Fact]
    public async Task Stream_Allowed_EachUpdateButTheLastHasAToken()
    {
        var updates = await ReadAsync(Allowed);

        Assert.Equal("auto", _router.Headers.Single().GetValue("x-conversation-id"));
        Assert.All(updates[..^1], update => Assert.NotNull(update.ContinuationToken));
        Assert.Null(updates[^1].ContinuationToken);
    }

    [Fact]
    public async Task Stream_NotAllowed_NothingIsHeld()
    {
        var updates = await ReadAsync(null);
        var whole = await _client.GetResponseAsync("Hi", Allowed, _cancellation);

        Assert.All(_router.Headers, headers => Assert.Null(headers.GetValue("x-conversation-id")));
        Assert.All(updates, update => Assert.Null(update.ContinuationToken));
        Assert.Null(whole.ContinuationToken);
    }

    /// <summary>A token may have been written down in between. A call that was half there comes whole.</summary>
    [Fact]
    public async Task Stream_FromEachToken_WhatFollowsIsAsItWas()
    {
        var updates = await ReadAsync(Allowed);
        for (int i = 0; i < updates.Count - 1; i++)
        {
            string kept = JsonSerializer.Serialize(updates[i].ContinuationToken, AIJsonUtilities.DefaultOptions);
            var token = JsonSerializer.Deserialize<ResponseContinuationToken>(kept, AIJsonUtilities.DefaultOptions);

            var rest = await ReadAsync(new ChatOptions { ContinuationToken = token }, []);

            Assert.Equal(updates.Skip(i + 1).Select(Words), rest.Select(Words));
        }

        Assert.Equal(["stream_7"], _router.Follows.Select(follow => follow.Id).Distinct());
        Assert.Equal("weather {\"place\":\"Ulm\"}", Words(updates[^1]));
    }

    [Fact]
    public async Task Respond_WithAToken_GivesTheWholeAnswer()
    {
        var updates = await ReadAsync(Allowed);

        var whole = await _client.GetResponseAsync([], new ChatOptions { ContinuationToken = updates[1].ContinuationToken }, _cancellation);

        Assert.Equal("It rains.", whole.Text);
        Assert.Null(whole.ContinuationToken);
    }

    /// <summary>It is a permission: a router that holds nothing answers as ever.</summary>
    [Fact]
    public async Task Stream_RouterHoldsNothing_ComesAsEver()
    {
        _router.Holds = false;

        var updates = await ReadAsync(Allowed);

        Assert.Equal("It rains.", string.Concat(updates.Select(u => u.Text)));
        Assert.All(updates, update => Assert.Null(update.ContinuationToken));
    }

    [Fact]
    public async Task Stream_Refused_SaysWhyOnce()
    {
        _router.Answer = (_, _, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "256 streams are held"));

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => ReadAsync(Allowed));

        Assert.Equal((StatusCode.ResourceExhausted, 1), (error.StatusCode, _router.Requests.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":7,\"chunks\":1}")]
    [InlineData("{\"id\":\"stream_7\",\"chunks\":-1}")]
    [InlineData("{\"id\":\"\",\"chunks\":1}")]
    [InlineData("{\"id\":\"stream_7\",\"chunks\":1e99}")]
    public async Task Stream_TokenOfSomebodyElse_IsRefused(string bytes)
    {
        var token = ResponseContinuationToken.FromBytes(System.Text.Encoding.UTF8.GetBytes(bytes));

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => ReadAsync(new ChatOptions { ContinuationToken = token }, []));

        Assert.Equal((StatusCode.InvalidArgument, "ContinuationToken"), (error.StatusCode, error.Field));
    }

    [Fact]
    public async Task Stream_TokenAndMessages_IsRefused()
    {
        var token = (await ReadAsync(Allowed))[0].ContinuationToken;

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => ReadAsync(new ChatOptions { ContinuationToken = token }));

        Assert.Equal((StatusCode.InvalidArgument, "messages"), (error.StatusCode, error.Field));
    }

    private async Task<List<ChatResponseUpdate>> ReadAsync(ChatOptions? options, IEnumerable<ChatMessage>? messages = null)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in _client.GetStreamingResponseAsync(messages ?? [new ChatMessage(ChatRole.User, "Hi")], options, _cancellation))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static string Words(ChatResponseUpdate update) => string.Concat(update.Contents.Select(content => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"{call.Name} {JsonSerializer.Serialize(call.Arguments)}",
        _ => "",
    }));
}
