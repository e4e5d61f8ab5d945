using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Asked = Grpc.Reflection.V1Alpha.ServerReflectionRequest.MessageRequestOneofCase;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Grpc.Reflection;

/// <summary>The reflection service, version v1alpha. The two versions differ in nothing but their names.</summary>
public class ReflectionServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly DescriptorIndex _index;

    public ReflectionServiceImpl(IEnumerable<ServiceDescriptor> serviceDescriptors) => _index = new DescriptorIndex(serviceDescriptors);

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        await foreach (ServerReflectionRequest request in requestStream.ReadAllAsync().ConfigureAwait(false))
        {
            ServerReflectionResponse response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response).ConfigureAwait(false);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        Asked.FileByFilename => Files(_index.ByName(request.FileByFilename), "File not found."),
        Asked.FileContainingSymbol => Files(_index.BySymbol(request.FileContainingSymbol), "Symbol not found."),
        Asked.ListServices => new ServerReflectionResponse
        {
            ListServicesResponse = new ListServiceResponse
            {
                Service = { _index.ServiceNames.Select(name => new ServiceResponse { Name = name }) },
            },
        },
        _ => Error(StatusCode.Unimplemented, "Request type not supported by C# reflection service."),
    };

    private static ServerReflectionResponse Files(FileDescriptor? found, string otherwise) => found is null
        ? Error(StatusCode.NotFound, otherwise)
        : new ServerReflectionResponse
        {
            FileDescriptorResponse = new FileDescriptorResponse
            {
                FileDescriptorProto = { DescriptorIndex.WithImports(found).Select(file => file.SerializedData) },
            },
        };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}
