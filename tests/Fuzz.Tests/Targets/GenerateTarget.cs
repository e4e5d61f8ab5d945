using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>GenerateRequest, as far as a host checks it before it looks for experts.</summary>
internal sealed class GenerateTarget : FuzzTarget
{
    /// <summary>Writes all that a conversation brings.</summary>
    private static readonly ChatTemplate Template = ChatTemplate.Parse(
        "{% for m in messages %}{{ m.role }}{{ m.content }}{{ m.tool_calls | default([]) | tojson }}{{ m.name }}{% endfor %}{{ documents | tojson }}{{ enable_thinking }}", new Dictionary<string, string>());

    public override string Name => "generate";

    public override int Executions => 20000;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => CompleteTarget.Texts;

    public override IEnumerable<byte[]> Seeds() =>
    [
        new GenerateRequest { Base = "demo", Prompt = "Who pays?", Sampling = new() { Temperature = 0.5f, TopK = 4, Extra = { ["top_n_sigma"] = 1 } }, Mode = MergeMode.Route, Scope = MergeScope.Request, Experts = { new ExpertRef { Name = "law" } }, ResumeTokens = { 1, 2 } }.ToByteArray(),
        new GenerateRequest
        {
            Base = "demo",
            Messages = new Messages
            {
                Messages_ =
                {
                    new Message { Role = "assistant", Fields = """{"tool_calls":[{"function":{"name":"f","arguments":{"a":[1,2.5,null,true]}}}]}""" },
                    new Message { Role = "tool", Content = "4", Fields = """{"name":"f"}""" },
                },
            },
            Chat = new ChatOptions { AddGenerationPrompt = false, ContinueFinalMessage = true, TemplateKwargs = """{"enable_thinking":false}""", Documents = """[{"text":"t"}]""" },
            Sampling = new() { LogitBias = { { 7, 2.5f } }, AllowedTokenIds = { 1, 2 }, BadWords = { "x" }, MinTokens = 1, StopTokenIds = { 5 }, TopLogprobs = 2 },
        }.ToByteArray(),
    ];

    public override byte[] Generate(Random random) => new MessageGrammar(random, GenerateRequest.Descriptor, CompleteTarget.Texts).Make();

    public override Outcome Run(byte[] input)
    {
        try
        {
            var request = GenerateRequest.Parser.ParseFrom(input);
            GenerationMapper.CheckSampling(request.Sampling);
            _ = PromptReader.FieldOf(request);
            if (request.Messages is { } messages)
            {
                ChatRenderer.Render(Template, messages, request.Chat, DateTimeOffset.UnixEpoch, TextLimits.Default, CancellationToken.None);
            }

            return Outcome.Taken;
        }
        catch (InvalidProtocolBufferException)
        {
            return Outcome.Refused("no message");
        }
        catch (RequestRefusedException refused)
        {
            return ExpertErrors.TryMap(refused, CancellationToken.None, out var status) && status.StatusCode is not (StatusCode.Unknown or StatusCode.Internal)
                ? Outcome.Refused(status.Status.Detail)
                : throw new InvalidOperationException("a refusal without a status", refused);
        }
    }
}
