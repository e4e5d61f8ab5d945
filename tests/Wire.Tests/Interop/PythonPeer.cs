using ExpertCluster.TestSupport;
using Google.Protobuf;
using Grpc.Testing;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Runs the scripts below python/ with Debian's Python, whose grpcio wraps gRPC's C core.</summary>
internal static class PythonPeer
{
    // Not the first python3 of the path: only Debian's sees Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Installed = new(() =>
    {
        Tool.Require("python3-grpcio", "python3-protobuf");
        return true;
    });

    public static PeerProcess Start(string script, params string[] arguments)
    {
        _ = Installed.Value;
        ByteString descriptor = InteropReflection.Descriptor.SerializedData;
        return new PeerProcess(
            Python,
            ["-B", script, .. arguments],
            RepositoryRoot.Combine("tests", "Grpc.AspNetCore.Tests", "python"),
            ("INTEROP_DESCRIPTOR", descriptor.ToBase64()));
    }
}
