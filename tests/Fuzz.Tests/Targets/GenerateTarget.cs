using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>GenerateRequest, as far as a host checks it before it looks for experts.</summary>
internal sealed class GenerateTarget : FuzzTarget
{
    public override string Name => "generate";

    public override int Executions => 20000;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => CompleteTarget.Texts;

    public override IEnumerable<byte[]> Seeds() =>
        [new GenerateRequest { Base = "demo", Prompt = "Who pays?", Sampling = new() { Temperature = 0.5f, TopK = 4, Extra = { ["top_n_sigma"] = 1 } }, Mode = MergeMode.Route, Scope = MergeScope.Request, Experts = { new ExpertRef { Name = "law" } }, ResumeTokens = { 1, 2 } }.ToByteArray()];

    public override byte[] Generate(Random random) => new MessageGrammar(random, GenerateRequest.Descriptor, CompleteTarget.Texts).Make();

    public override Outcome Run(byte[] input)
    {
        try
        {
            var request = GenerateRequest.Parser.ParseFrom(input);
            GenerationMapper.CheckSampling(request.Sampling);
            _ = PromptReader.FieldOf(request);
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
