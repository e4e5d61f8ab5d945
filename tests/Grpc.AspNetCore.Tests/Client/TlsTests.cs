using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Client;

public sealed class TlsTests
{
    [Fact]
    public async Task Channel_OverTls_CarriesCallsAndCredentials()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using EchoServer server = await EchoServer.StartAsync(listen: endpoint => endpoint.UseHttps(certificate));
        server.Behaviour.Unary = (_, context) =>
            Task.FromResult(new EchoReply { Text = context.RequestHeaders.GetValue("authorization") ?? "" });
        var credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor((context, metadata) =>
        {
            Assert.EndsWith("/standin.test.Echo", context.ServiceUrl, StringComparison.Ordinal);
            metadata.Add("authorization", "Bearer " + context.MethodName);
            return Task.CompletedTask;
        }));
        Echo.EchoClient client = server.Client(new GrpcChannelOptions { HttpHandler = Trusting(certificate), Credentials = credentials });
        Assert.Equal("Bearer Unary", (await client.UnaryAsync(new EchoRequest())).Text);
    }

    [Fact]
    public async Task Channel_UntrustedCertificate_IsUnavailableOrInternalNeverOk()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using EchoServer server = await EchoServer.StartAsync(listen: endpoint => endpoint.UseHttps(certificate));
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Contains("SSL", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_OverDnsAndTls_ChecksTheCertificateAgainstTheName()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using EchoServer server = await EchoServer.StartAsync(listen: endpoint => endpoint.UseHttps(certificate));
        foreach ((string name, bool fits) in ((string, bool)[])[("experts.test", true), ("others.test", false)])
        {
            var errors = new TaskCompletionSource<SslPolicyErrors>();
            using GrpcChannel channel = GrpcChannel.ForAddress($"dns:///{name}:{server.Port}", new GrpcChannelOptions
            {
                Credentials = ChannelCredentials.SecureSsl,
                DnsLookup = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }),
                HttpHandler = new SocketsHttpHandler
                {
                    SslOptions = { RemoteCertificateValidationCallback = (_, _, _, found) => errors.TrySetResult(found) },
                },
            });
            await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
            Assert.Equal(!fits, (await errors.Task).HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
        }
    }

    [Fact]
    public void ForAddress_CredentialsAgainstScheme_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(
            "http://127.0.0.1:1", new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl }));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("dns:///host"));
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 certificate) => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() },
    };

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("experts.test");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
