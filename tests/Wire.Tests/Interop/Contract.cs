using ExpertCluster.V1;
using ExpertCluster.V1.ExtProc;
using ExpertCluster.V1.KServe;
using ExpertCluster.V1.Vllm;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>All services of the two servers, for peers that have no code generator.</summary>
internal static class Contract
{
    private static readonly FileDescriptor[] Roots =
    [
        Completions.Descriptor.File,
        Experts.Descriptor.File,
        ExternalProcessor.Descriptor.File,
        GRPCInferenceService.Descriptor.File,
        VllmEngine.Descriptor.File,
        Health.Descriptor.File,
        Grpc.Reflection.V1.ServerReflection.Descriptor.File,
        Grpc.Reflection.V1Alpha.ServerReflection.Descriptor.File,
    ];

    /// <summary>A FileDescriptorSet, dependencies first.</summary>
    public static string Base64 { get; } = new FileDescriptorSet
    {
        File = { Roots.SelectMany(WithDependencies).DistinctBy(file => file.Name).Select(file => FileDescriptorProto.Parser.ParseFrom(file.SerializedData)) },
    }.ToByteString().ToBase64();

    private static IEnumerable<FileDescriptor> WithDependencies(FileDescriptor file) => [.. file.Dependencies.SelectMany(WithDependencies), file];
}
