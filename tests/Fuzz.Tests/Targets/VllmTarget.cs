using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.V1.Vllm;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>vLLM's GenerateRequest, as far as a host checks it before it looks for who answers.</summary>
internal sealed class VllmTarget : FuzzTarget
{
    public override string Name => "vllm-generate";

    public override int Executions => 20000;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => CompleteTarget.Texts;

    public override IEnumerable<byte[]> Seeds() =>
    [
        new GenerateRequest { RequestId = "a", Text = "Who pays?", Stream = true, SamplingParams = new() { Temperature = 0.5f, TopK = 4, MaxTokens = 7, Logprobs = 2, LogitBias = { { 7, 2.5f } }, Stop = { "x" } } }.ToByteArray(),
        new GenerateRequest { Tokenized = new() { InputIds = { 1, 2 }, OriginalText = "a" }, SamplingParams = new() { N = 1, Choice = new() { Choices = { "yes", "no" } }, Seed = -1 } }.ToByteArray(),
        new GenerateRequest { Text = "a", MmInputs = new(), KvTransferParamsJson = "{}", SamplingParams = new() { JsonSchema = "{}" } }.ToByteArray(),
    ];

    public override byte[] Generate(Random random) => new MessageGrammar(random, GenerateRequest.Descriptor, CompleteTarget.Texts).Make();

    public override Outcome Run(byte[] input)
    {
        try
        {
            var plan = EngineRequest.Read(GenerateRequest.Parser.ParseFrom(input));
            GenerationMapper.CheckSampling(plan.Sampling);
            return Outcome.Taken;
        }
        catch (InvalidProtocolBufferException)
        {
            return Outcome.Refused("no message");
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.InvalidArgument)
        {
            return Outcome.Refused(refused.Status.Detail);
        }
        catch (RequestRefusedException refused) when (refused.Code == StatusCode.InvalidArgument)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
