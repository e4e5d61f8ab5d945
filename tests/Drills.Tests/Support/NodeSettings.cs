using System.Globalization;
using ExpertCluster.Drills.Stores;

namespace ExpertCluster.Drills.Support;

/// <summary>What every node of a drill is told.</summary>
internal static class NodeSettings
{
    /// <param name="name">Unique in the cluster.</param>
    /// <param name="store">Where members find each other.</param>
    /// <param name="prepared">The folder that was prepared, or where it is published.</param>
    public static Dictionary<string, string> Of(string name, IStore store, string prepared) => new()
    {
        ["NAME"] = name,
        ["PREPARED"] = prepared,
        ["HTTPPORT"] = Node.HttpPort.ToString(CultureInfo.InvariantCulture),
        ["GRPCPORT"] = Node.GrpcPort.ToString(CultureInfo.InvariantCulture),
        ["CLUSTERING"] = store.Clustering,
        ["CLUSTERING__CONNECTIONSTRING"] = store.ConnectionString,
        ["RUNTIME__THREADS"] = "1",

        // No node outlives a test process that is killed.
        ["STOPWITHINPUT"] = "true",
    };
}
