using System.Buffers;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class OpenAiLogprobsTests
{
    /// <summary>"é" is two tokens, neither of which is a character.</summary>
    private static readonly Token[] Tokens =
    [
        TokenOf(7, "a", -0.5f, "a"u8, (7, -0.5f, "a"u8.ToArray()), (8, -1f, " b"u8.ToArray())),
        TokenOf(9, "", -2f, [0xC3], (8, -0.25f, " b"u8.ToArray()), (10, float.NegativeInfinity, "c"u8.ToArray())),
        TokenOf(11, "é", -3f, [0xA9], (11, -3f, [0xA9]), (12, -4f, [0xA8])),
        TokenOf(13, "😀", -1f, "😀"u8, (13, -1f, "😀"u8.ToArray()), (14, -2f, "😀"u8.ToArray())),
    ];

    [Fact]
    public void WriteChunk_Chat_HasEachTokensOwnTextBytesAndTheLikeliest()
    {
        var content = Choice(isChat: true, Tokens).GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();

        Assert.Equal(["a", "token_id:9", "token_id:11", "😀"], content.Select(c => c.GetProperty("token").GetString()));
        Assert.Equal(["61", "C3", "A9", "F09F9880"], content.Select(BytesOf));
        Assert.Equal([-0.5, -2, -3, -1], content.Select(c => c.GetProperty("logprob").GetDouble()));
        var top = content[1].GetProperty("top_logprobs").EnumerateArray().ToList();
        Assert.Equal([(" b", -0.25, "2062"), ("c", -9999, "63")], top.Select(t => (t.GetProperty("token").GetString()!, t.GetProperty("logprob").GetDouble(), BytesOf(t))));
    }

    [Fact]
    public void WriteChunk_Completion_HasColumnsOffsetsAndTheTokenItself()
    {
        var logprobs = Choice(isChat: false, Tokens).GetProperty("logprobs");

        Assert.Equal(["a", "token_id:9", "token_id:11", "😀"], logprobs.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal([-0.5, -2, -3, -1], logprobs.GetProperty("token_logprobs").EnumerateArray().Select(t => t.GetDouble()));
        Assert.Equal([0, 1, 1, 2], logprobs.GetProperty("text_offset").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal(
            ["a:-0.5| b:-1", " b:-0.25|c:-9999|token_id:9:-2", "token_id:11:-3|token_id:12:-4", "😀:-1"],
            logprobs.GetProperty("top_logprobs").EnumerateArray().Select(t => string.Join('|', t.EnumerateObject().Select(p => $"{p.Name}:{p.Value.GetRawText()}"))));
    }

    [Fact]
    public void WriteChunk_NextPart_GoesOnWithItsOffsets()
    {
        var answer = Answer(isChat: false);
        Written(answer, Tokens);

        Assert.Equal([3, 4, 4, 5], Written(answer, Tokens).GetProperty("logprobs").GetProperty("text_offset").EnumerateArray().Select(t => t.GetInt32()));
    }

    [Theory]
    [InlineData(true, """{"content":[]}""")]
    [InlineData(false, """{"text_offset":[],"token_logprobs":[],"tokens":[],"top_logprobs":[]}""")]
    public void WriteChunk_NoTokens_HasEmptyLists(bool isChat, string expected) => Assert.Equal(expected, Choice(isChat, []).GetProperty("logprobs").GetRawText());

    private static JsonElement Choice(bool isChat, Token[] tokens) => Written(Answer(isChat), tokens);

    private static OpenAiAnswer Answer(bool isChat) =>
        new(new OpenAiRequest([new CompletionRequest { Model = "law", Sampling = new() { TopLogprobs = 2 } }], PerPrompt: 1, Stream: true, IncludeUsage: false, isChat), "id-1", created: 5);

    private static JsonElement Written(OpenAiAnswer answer, Token[] tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            answer.WriteChunk(json, (0, new CompletionChunk { Text = "x", Tokens = tokens }));
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.GetProperty("choices")[0];
    }

    private static string BytesOf(JsonElement entry) => Convert.ToHexString([.. entry.GetProperty("bytes").EnumerateArray().Select(b => b.GetByte())]);

    private static Token TokenOf(int id, string text, float logProbability, ReadOnlySpan<byte> bytes, params (int Id, float LogProbability, byte[] Bytes)[] top) =>
        new(id, text, logProbability, [new WeightedExpert("law", 1)]) { Detail = new TokenDetail(bytes.ToArray(), [.. top.Select(t => new LikelyToken(t.Id, t.LogProbability, t.Bytes))]) };
}
