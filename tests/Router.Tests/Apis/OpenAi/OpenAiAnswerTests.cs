using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class OpenAiAnswerTests
{
    private static readonly CompletionChunk Chunk = new()
    {
        Text = "Hi",
        Tokens = [new Token(7, "Hi", -0.5f, [new WeightedExpert("law", 1)])],
    };

    [Fact]
    public void WriteChunk_Chat_HasDeltaNullFinishAndExperts()
    {
        var json = Write(a => a.WriteChunk, (0, Chunk), isChat: true);

        var choice = json.GetProperty("choices")[0];
        Assert.Equal("Hi", choice.GetProperty("delta").GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("finish_reason").ValueKind);
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal("law", json.GetProperty("expert_cluster").GetProperty("tokens")[0].GetProperty("experts")[0].GetProperty("name").GetString());
        Assert.False(json.TryGetProperty("usage", out _));
    }

    [Fact]
    public void WriteChunk_Completion_HasTextAndLegacyLogprobs()
    {
        var json = Write(a => a.WriteChunk, (0, Chunk), isChat: false, logprobs: true);

        var choice = json.GetProperty("choices")[0];
        Assert.Equal("text_completion", json.GetProperty("object").GetString());
        Assert.Equal("Hi", choice.GetProperty("text").GetString());
        Assert.Equal(-0.5, choice.GetProperty("logprobs").GetProperty("token_logprobs")[0].GetDouble(), 6);
    }

    /// <summary>As vLLM has it, beside finish_reason.</summary>
    [Theory]
    [InlineData("END", null, "\"END\"")]
    [InlineData(null, 9, "9")]
    [InlineData(null, null, "null")]
    public void WriteChunk_Last_HasTheStopReason(string? text, int? token, string expected)
    {
        var stop = text is null && token is null ? null : new StopMatch(text, token);
        foreach (bool isChat in (bool[])[true, false])
        {
            var choice = Write(a => a.WriteChunk, (0, Chunk with { Finish = FinishReason.Stop, Stop = stop }), isChat).GetProperty("choices")[0];

            Assert.Equal(("stop", expected), (choice.GetProperty("finish_reason").GetString(), choice.GetProperty("stop_reason").GetRawText()));
        }

        Assert.False(Write(a => a.WriteChunk, (0, Chunk), isChat: true).GetProperty("choices")[0].TryGetProperty("stop_reason", out _));
    }

    [Fact]
    public void WriteChunk_UsageWanted_CarriesNullUntilTheEnd() =>
        Assert.Equal(JsonValueKind.Null, Write(a => a.WriteChunk, (0, Chunk), isChat: true, usage: true).GetProperty("usage").ValueKind);

    [Fact]
    public void WriteUsage_Stream_HasNoChoices()
    {
        var json = Write(a => a.WriteUsage, new Usage(3, 4, 2), isChat: true, usage: true);

        Assert.Equal(0, json.GetProperty("choices").GetArrayLength());
        var usage = json.GetProperty("usage");
        Assert.Equal(7, usage.GetProperty("total_tokens").GetInt32());
        Assert.Equal(2, usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    [Fact]
    public async Task EventStream_TwoEvents_EndsWithDone()
    {
        var pipe = new Pipe();
        using (var events = new EventStream(pipe.Writer, flush => new ValueTask(flush)))
        {
            await events.WriteAsync(static (json, value) => json.WriteNumberValue(value), 1, TestContext.Current.CancellationToken);
            await events.WriteAsync(static (json, value) => json.WriteNumberValue(value), 2, TestContext.Current.CancellationToken);
            await events.EndAsync(TestContext.Current.CancellationToken);
        }

        await pipe.Writer.CompleteAsync();
        var read = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("data: 1\n\ndata: 2\n\ndata: [DONE]\n\n", Encoding.UTF8.GetString(read.Buffer.ToArray()));
    }

    private static JsonElement Write<T>(Func<OpenAiAnswer, Action<Utf8JsonWriter, T>> method, T value, bool isChat, bool logprobs = false, bool usage = false)
    {
        var request = new OpenAiRequest([new CompletionRequest { Model = "law", Sampling = new() { TopLogprobs = logprobs ? 0 : null } }], PerPrompt: 1, Stream: true, usage, isChat);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            method(new OpenAiAnswer(request, "id-1", created: 5))(json, value);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
