using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class RequestHashTests
{
    [Fact]
    public void Of_AnotherDraw_IsTheSame()
    {
        var one = new GenerateRequest { Base = "demo", Prompt = "text" };
        var other = new GenerateRequest { Base = "demo", Prompt = "text", Sampling = new Sampling { Temperature = 2, Seed = 7 }, Caller = 5, ResumeTokens = { 1 } };

        Assert.Equal(RequestHash.Of(one), RequestHash.Of(other));
        Assert.Equal(32, RequestHash.Of(one).Length);
    }

    /// <summary>It is read in pieces, which must not show: characters of one to four bytes, and halves of some, lie across them.</summary>
    [Fact]
    public void Of_LongText_IsTheDigestOfItsBytes()
    {
        var random = new Random(11);
        string[] parts = ["a", "\u00E9", "\u20AC", "\U0001F600", "\uD83D", "\uDE00"];
        for (int trial = 0; trial < 200; trial++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(200, 3000)).Select(_ => parts[random.Next(parts.Length)]));

            byte[] expected = SHA256.HashData([.. Named("demo"), .. Named(text)]);

            Assert.Equal(Convert.ToHexStringLower(expected.AsSpan(0, 16)), RequestHash.Of(new GenerateRequest { Base = "demo", Prompt = text }));
        }

        static byte[] Named(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return [.. BitConverter.GetBytes(bytes.Length), .. bytes];
        }
    }

    [Fact]
    public void Of_AnotherBaseTextOrCut_Differs()
    {
        GenerateRequest[] requests =
        [
            new() { Base = "demo", Prompt = "text" },
            new() { Base = "demo", Prompt = "tex" },
            new() { Base = "demot", Prompt = "ext" },
            new() { Base = "other", Prompt = "text" },
            Messages(("user", "text")),
            Messages(("usert", "ext")),
            Messages(("user", "te"), ("user", "xt")),
            Messages(("user", "text"), ("", "")),
            With(m => m.Messages.Messages_[0].Fields = "{}"),
            With(m => m.Chat = new ChatOptions { ContinueFinalMessage = true }),
            With(m => m.Chat = new ChatOptions { AddGenerationPrompt = false }),
            With(m => m.Chat = new ChatOptions { TemplateKwargs = "{}" }),
            With(m => m.Chat = new ChatOptions { Documents = "{}" }),
            new() { Base = "demo", PromptTokens = { 1, 2 } },
            new() { Base = "demo", PromptTokens = { 2, 1 } },
        ];

        Assert.Equal(requests.Length, requests.Select(RequestHash.Of).Distinct().Count());
    }

    private static GenerateRequest With(Action<GenerateRequest> change)
    {
        var request = Messages(("user", "text"));
        change(request);
        return request;
    }

    private static GenerateRequest Messages(params (string Role, string Content)[] messages) => new()
    {
        Base = "demo",
        Messages = new Messages { Messages_ = { messages.Select(m => new Message { Role = m.Role, Content = m.Content }) } },
    };
}
