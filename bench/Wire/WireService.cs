using Grpc.Core;

namespace ExpertCluster.Bench.Wire;

/// <summary>Answers with what it was asked.</summary>
internal sealed class WireService : WireServiceBase
{
    public const string CountHeader = "x-count";

    public override Task<Message> Unary(Message request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Stream(Message request, IServerStreamWriter<Message> responses, ServerCallContext context)
    {
        int count = int.Parse(context.RequestHeaders.GetValue(CountHeader)!, System.Globalization.CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            await responses.WriteAsync(request);
        }
    }
}
