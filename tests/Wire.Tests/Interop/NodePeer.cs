using ExpertCluster.TestSupport;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Runs the scripts below npm/ with Node, with their packages as the lock file has them.</summary>
internal static class NodePeer
{
    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("Grpc.AspNetCore.Tests"));

    /// <summary>Starts a script that goes on until its standard input closes.</summary>
    public static PeerProcess Start(string script, params string[] arguments) => new(
        "node",
        [script, .. arguments],
        RepositoryRoot.Combine("tests", "Grpc.AspNetCore.Tests", "npm"),
        ("NODE_PATH", Path.Combine(Packages.Value, "node_modules")));

    /// <summary>Runs a script to its end and gives its standard output.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        await using PeerProcess process = Start(script, arguments);
        return await process.ReadToEndAsync();
    }
}
