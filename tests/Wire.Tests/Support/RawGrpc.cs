using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>Requests that no gRPC client would send.</summary>
public static class RawGrpc
{
    public const string UnaryPath = "/standin.test.Echo/Unary";

    /// <summary>A message behind its prefix; the announced length may lie.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0, uint? length = null)
    {
        byte[] frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static async Task<RawReply> PostAsync(
        EchoServer server,
        string path,
        byte[] body,
        string? contentType = "application/grpc",
        Version? version = null,
        params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + path)
        {
            Version = version ?? HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await client.SendAsync(request);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        return new RawReply(
            response.StatusCode,
            Find(response.Headers, "grpc-status") ?? Find(response.TrailingHeaders, "grpc-status"),
            Find(response.Headers, "grpc-message") ?? Find(response.TrailingHeaders, "grpc-message"),
            content,
            Find(response.Headers, "grpc-accept-encoding"));
    }

    private static string? Find(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
}

public sealed record RawReply(HttpStatusCode Http, string? Status, string? Message, byte[] Body, string? AcceptEncoding);
