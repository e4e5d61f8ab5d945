using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Tests.Reflection;

public sealed class ReflectionTests
{
    private static Task<EchoServer> StartAsync() => EchoServer.StartAsync(
        services: services => services.AddGrpcReflection(), map: app => app.MapGrpcReflectionService());

    [Fact]
    public async Task ListServices_BothVersions_GiveEveryMappedService()
    {
        string[] expected = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "standin.test.Echo"];
        await using EchoServer server = await StartAsync();
        ServerReflectionResponse v1 = await AskAsync(server, new ServerReflectionRequest { ListServices = "" });
        Assert.Equal(expected, v1.ListServicesResponse.Service.Select(service => service.Name).Order());

        using var alpha = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();
        await alpha.RequestStream.WriteAsync(new Grpc.Reflection.V1Alpha.ServerReflectionRequest { ListServices = "" });
        Assert.True(await alpha.ResponseStream.MoveNext());
        Assert.Equal(expected, alpha.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).Order());
    }

    [Theory]
    [InlineData("standin.test.Echo")]
    [InlineData("standin.test.Echo.Unary")]
    [InlineData("standin.test.EchoRequest")]
    public async Task FileContainingSymbol_Known_GivesTheFile(string symbol)
    {
        await using EchoServer server = await StartAsync();
        ServerReflectionResponse response = await AskAsync(server, new ServerReflectionRequest { FileContainingSymbol = symbol });
        FileDescriptorProto file = FileDescriptorProto.Parser.ParseFrom(Assert.Single(response.FileDescriptorResponse.FileDescriptorProto));
        Assert.Equal("standin.test", file.Package);
        Assert.Equal(symbol, response.OriginalRequest.FileContainingSymbol);
    }

    [Fact]
    public async Task FileByFilename_Known_GivesTheFile()
    {
        await using EchoServer server = await StartAsync();
        ServerReflectionResponse response = await AskAsync(server, new ServerReflectionRequest { FileByFilename = "echo.proto" });
        Assert.Single(response.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task Request_UnknownOrUnsupported_IsAnErrorInTheStream()
    {
        await using EchoServer server = await StartAsync();
        Assert.Equal(5, (await AskAsync(server, new ServerReflectionRequest { FileContainingSymbol = "no" })).ErrorResponse.ErrorCode);
        Assert.Equal(5, (await AskAsync(server, new ServerReflectionRequest { FileByFilename = "no" })).ErrorResponse.ErrorCode);
        Assert.Equal(12, (await AskAsync(server, new ServerReflectionRequest())).ErrorResponse.ErrorCode);
    }

    private static async Task<ServerReflectionResponse> AskAsync(EchoServer server, ServerReflectionRequest request)
    {
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call =
            new ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext());
        await call.RequestStream.CompleteAsync();
        ServerReflectionResponse response = call.ResponseStream.Current;
        Assert.False(await call.ResponseStream.MoveNext());
        return response;
    }
}
