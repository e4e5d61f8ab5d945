using System.Net;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>A host's stream that ends before its end, however it does, goes on elsewhere; it is never taken for whole.</summary>
public sealed class CutStreamTests : IAsyncLifetime
{
    private const int Length = 5;

    private FakeHosts _whole = null!;

    // Both behave alike until one of them is cut: the router chooses who is asked first.
    public async ValueTask InitializeAsync() => _whole = await FakeHosts.StartAsync(2, async (_, request, stream, context) =>
    {
        for (int i = request.ResumeTokens.Count; i < Length; i++)
        {
            if (i == 2 && request.ResumeTokens.Count == 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }

            await stream.WriteAsync(Chunk(i), context.CancellationToken);
        }
    });

    public ValueTask DisposeAsync() => _whole.DisposeAsync();

    [Theory(Timeout = 60_000)]
    [InlineData("reset")]
    [InlineData("closed")]
    [InlineData("silent")]
    public async Task MoveNext_ConnectionIsCut_AnotherGoesOn(string how)
    {
        await using var first = new CuttableProxy(_whole.AddressOf(0));
        await using var second = new CuttableProxy(_whole.AddressOf(1));
        await using var hosts = await FakeHosts.AtAsync(
            new TransportOptions { HostKeepAliveSeconds = 1, HostKeepAliveTimeoutSeconds = 1 }, first.Address, second.Address);
        using var stream = await Streams.OpenAsync(hosts);
        Assert.True(await stream.MoveNextAsync(TestContext.Current.CancellationToken));
        var next = stream.MoveNextAsync(TestContext.Current.CancellationToken).AsTask();

        var proxy = stream.Host == "host-0" ? first : second;
        if (how == "silent")
        {
            proxy.Silence();
        }
        else
        {
            proxy.Cut(reset: how == "reset");
        }

        Assert.True(await next);
        Assert.Equal([2, 3, 4], await Streams.ReadAsync(stream));
        Assert.Equal(1, stream.Resumes);
    }

    public static TheoryData<string, byte[]> Ends => new()
    {
        { "before anything", [] },
        { "in a prefix", [0, 0] },
        { "in the first message", [0, 0, 0, 0, 9, 1] },
        { "after a message", Frame(Chunk(0)) },
        { "in the second message", [.. Frame(Chunk(0)), 0, 0, 0, 0, 9, 1] },
        { "with bytes that are no message", [.. Frame(Chunk(0)), 0, 0, 0, 0, 1, 0x0A] },
        { "with bad UTF-8", [.. Frame(Chunk(0)), 0, 0, 0, 0, 3, 0x12, 1, 0x80] },
        { "with a flag that is none", [.. Frame(Chunk(0)), 7, 0, 0, 0, 0] },
        { "with a length that lies", [.. Frame(Chunk(0)), 0, 0xFF, 0xFF, 0xFF, 0xFF] },
    };

    /// <summary>A host, or a proxy before it, that says 200 and then ends as none should; asked again, it answers whole.</summary>
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Ends))]
    public async Task MoveNext_AnswerEndsWithoutAStatus_GoesOn(string where, byte[] body)
    {
        int asked = 0;
        await using var host = await StartAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            bool whole = Interlocked.Increment(ref asked) > 1;
            int from = body.AsSpan().StartsWith(Frame(Chunk(0))) ? 1 : 0;
            await http.Response.BodyWriter.WriteAsync(whole ? [.. Enumerable.Range(from, Length - from).SelectMany(i => Frame(Chunk(i)))] : body);
            if (whole)
            {
                http.Response.AppendTrailer("grpc-status", "0");
            }
        });
        await using var hosts = await FakeHosts.AtAsync(host.Urls.Single());
        using var stream = await Streams.OpenAsync(hosts);

        Assert.Equal((where, "0 1 2 3 4"), (where, string.Join(' ', await Streams.ReadAsync(stream))));
        Assert.Equal(2, asked);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost($"/{Experts.Descriptor.FullName}/Generate", answer);
        await app.StartAsync();
        return app;
    }

    private static GenerateChunk Chunk(int token) => new()
    {
        Tokens = { new Token { Id = token } },
        FinishReason = token == Length - 1 ? FinishReason.Length : FinishReason.Unspecified,
    };

    private static byte[] Frame(GenerateChunk chunk) => [0, 0, 0, 0, (byte)chunk.CalculateSize(), .. chunk.ToByteArray()];
}
