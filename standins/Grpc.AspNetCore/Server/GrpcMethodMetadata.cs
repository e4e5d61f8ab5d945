using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Stands in the metadata of each method's endpoint.</summary>
public sealed class GrpcMethodMetadata
{
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    public Type ServiceType { get; }

    public IMethod Method { get; }
}
