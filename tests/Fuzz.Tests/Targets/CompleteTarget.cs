using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>CompleteRequest, as the router's gRPC API reads and checks it.</summary>
internal sealed class CompleteTarget : FuzzTarget
{
    private static readonly RoutingCatalogue Catalogue = new([new("law", "demo", false), new("code", "demo", false)], [new("demo", "demo", true)]);

    private readonly RequestCheck _check = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy()]));

    internal static readonly string[] Texts = ["", "a", "auto", "law", "demo", "user", "system", "assistant", "mix", "route", "\0", "\n", "\u001b[31m", "e\u0301", "\U0001F600", "x y", "\u2028", "temperature", "{0}", "top_n_sigma"];

    public override string Name => "complete";

    public override int Executions => 20000;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => Texts;

    public override IEnumerable<byte[]> Seeds() =>
    [
        new CompleteRequest { Model = "auto", Prompt = "Who pays?", Sampling = new() { Temperature = 0.5f, MaxTokens = 5, Seed = 7, Stop = { "\n" } }, Merge = new() { Mode = MergeMode.Mix, K = 2, Experts = { new V1.WeightedExpert { Name = "law", Weight = 1 } } } }.ToByteArray(),
        new CompleteRequest { Messages = new() { Messages_ = { new Message { Role = "user", Content = "x" } } } }.ToByteArray(),
    ];

    public override byte[] Generate(Random random) => new MessageGrammar(random, CompleteRequest.Descriptor, Texts).Make();

    public override Outcome Run(byte[] input)
    {
        try
        {
            var request = WireRequest.Read(CompleteRequest.Parser.ParseFrom(input));
            return _check.Find(request, Catalogue) is { } failure ? Told(failure) : Outcome.Taken;
        }
        catch (RequestFailedException refused)
        {
            return Told(refused.Failure);
        }
        catch (InvalidProtocolBufferException)
        {
            // Its message goes nowhere: the server says its own, whatever this is (UnreadableRequests).
            return Outcome.Refused("no message");
        }
    }

    /// <summary>As its client reads it.</summary>
    private static Outcome Told(Failure failure)
    {
        var status = GrpcFailures.ToException(failure);
        return status.StatusCode is StatusCode.Internal or StatusCode.Unknown
            ? throw new InvalidOperationException($"an internal error for what a client sent: {failure.Message}")
            : Outcome.Refused($"{status.Status.Detail} ({GrpcFailures.FieldOf(status)})");
    }
}
