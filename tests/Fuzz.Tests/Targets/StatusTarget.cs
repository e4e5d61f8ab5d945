using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Node.Transport;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>What a peer sends as the details of a status: what can't be read is not there, and nothing is thrown.</summary>
internal sealed class StatusTarget : FuzzTarget
{
    public override string Name => "status";

    public override int Executions => 15000;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words => ["type.googleapis.com/google.rpc.RetryInfo", "type.googleapis.com/google.rpc.BadRequest", "type.googleapis.com/google.rpc.ErrorInfo", "expertcluster", "subject"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        new Google.Rpc.Status { Code = 3, Message = "m", Details = { Any.Pack(new RetryInfo { RetryDelay = new Duration { Seconds = long.MaxValue, Nanos = int.MaxValue } }) } }.ToByteArray(),
        new Google.Rpc.Status { Code = 3, Details = { Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "prompt" } } }) } }.ToByteArray(),
        new Google.Rpc.Status { Code = 9, Details = { Any.Pack(new ErrorInfo { Reason = "R", Domain = "expertcluster", Metadata = { ["subject"] = "law" } }) } }.ToByteArray(),
    ];

    public override byte[] Generate(Random random)
    {
        var status = new Google.Rpc.Status { Code = random.Next(-1, 20) };
        foreach (var type in (Google.Protobuf.Reflection.MessageDescriptor[])[RetryInfo.Descriptor, BadRequest.Descriptor, ErrorInfo.Descriptor])
        {
            byte[] value = new MessageGrammar(random, type, Words).Make();
            status.Details.Add(new Any { TypeUrl = $"type.googleapis.com/{type.FullName}", Value = ByteString.CopyFrom(value) });
        }

        return status.ToByteArray();
    }

    public override Outcome Run(byte[] input)
    {
        var error = new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, ""), new Metadata { { "grpc-status-details-bin", input } });
        _ = GrpcFailures.FieldOf(error);
        _ = GrpcFailures.ReasonOf(error);
        return GrpcFailures.RetryAfterOf(error) is null ? Outcome.Refused("no delay") : Outcome.Taken;
    }
}
