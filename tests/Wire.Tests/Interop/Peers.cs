using ExpertCluster.TestSupport;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>
/// The two other implementations: @grpc/grpc-js as the lock file below npm/ has it, and Debian's python3-grpcio, which wraps
/// gRPC's C core. Missing packages are installed by the first test that asks.
/// </summary>
internal static class Peers
{
    // Not the first python3 of the path: only Debian's sees Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("Wire.Tests"));

    private static readonly Lazy<bool> Grpcio = new(() =>
    {
        Tool.Require("python3-grpcio", "python3-protobuf");
        return true;
    });

    public static TheoryData<string> Names => ["grpc-js", "grpcio"];

    /// <summary>Starts a script that goes on until its standard input closes; it gets the contract in its environment.</summary>
    /// <param name="peer">One of <see cref="Names"/>.</param>
    /// <param name="script">Without extension: both have it.</param>
    /// <param name="arguments">Of the script.</param>
    public static PeerProcess Start(string peer, string script, params string[] arguments)
    {
        var contract = ("CONTRACT", Contract.Base64);
        if (peer == "grpc-js")
        {
            var modules = ("NODE_PATH", Path.Combine(Packages.Value, "node_modules"));
            return new PeerProcess("node", [script + ".js", .. arguments], RepositoryRoot.Combine("tests", "Wire.Tests", "npm"), contract, modules);
        }

        _ = Grpcio.Value;
        return new PeerProcess(Python, ["-B", script + ".py", .. arguments], RepositoryRoot.Combine("tests", "Wire.Tests", "python"), contract);
    }
}
