using System.Globalization;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Options;
using Orleans;

namespace ExpertCluster.Router.Resumption;

/// <summary>Tells other routers whether this one holds a stream, and where it is asked.</summary>
[RouterPlacement]
internal sealed class HeldStreamsGrain(HeldStreams held, NodeOptions node, TlsOptions tls) : Grain, IHeldStreamsGrain
{
    public Task<HeldStreamPlace?> FindAsync(string id) => Task.FromResult(held.Find(id) is { } stream
        ? new HeldStreamPlace { Address = AddressOf(node, tls), BegunAtUnixMs = stream.BegunAt.ToUnixTimeMilliseconds() }
        : null);

    public Task<bool> DropAsync(string id, long begunBefore) => Task.FromResult(held.Drop(id, begunBefore == long.MaxValue ? StreamDrop.Deleted : StreamDrop.Replaced, begunBefore));

    public Task<HeldStreamSummary[]> ListAsync() => Task.FromResult(held.Summaries(node.Name));

    /// <summary>Of the gRPC port: there each checks the other's certificate.</summary>
    private static string AddressOf(NodeOptions node, TlsOptions tls) =>
        string.Create(CultureInfo.InvariantCulture, $"{(tls.Serves ? "https" : "http")}://{node.ReachableAddress}:{node.GrpcPort}");
}
