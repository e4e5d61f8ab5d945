using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.Wire.Tests.Messages;

/// <summary>U+FFFD is a character like any other: a text that holds it is answered.</summary>
public sealed class ReplacementCharacterTests(ServedApps apps)
{
    private const string Text = "What does \uFFFD mean in a damaged file?";

    public static TheoryData<CompleteRequest> Requests =>
    [
        new CompleteRequest { Model = "general", Prompt = Text, Sampling = new Sampling { MaxTokens = 3 } },
        new CompleteRequest
        {
            Model = "general",
            Messages = new V1.Messages { Messages_ = { new Message { Role = "user", Content = Text } } },
            Sampling = new Sampling { MaxTokens = 3, Stop = { "\uFFFD" } },
        },
    ];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Requests))]
    public async Task Complete_TextHoldsIt_IsAnswered(CompleteRequest request)
    {
        using var channel = GrpcChannel.ForAddress(apps.Router.Address);
        using var call = new Completions.CompletionsClient(channel).Complete(request);

        var last = new CompleteChunk();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            last = chunk;
        }

        Assert.NotEqual(FinishReason.Unspecified, last.FinishReason);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/v1/completions", "prompt")]
    [InlineData("/v1/chat/completions", "messages")]
    public async Task Http_TextHoldsIt_IsAnswered(string path, string field)
    {
        object input = field == "prompt" ? Text : new[] { new { role = "user", content = Text } };
        var body = new Dictionary<string, object> { ["model"] = "general", ["max_tokens"] = 3, [field] = input };

        using var response = await apps.Router.Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(response.IsSuccessStatusCode, answer.RootElement.ToString());
        Assert.Single(answer.RootElement.GetProperty("choices").EnumerateArray());
    }
}
