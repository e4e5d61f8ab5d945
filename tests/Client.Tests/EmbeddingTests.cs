using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Client.Tests;

public class EmbeddingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_Texts_GivesVectorsUsageAndRevision()
    {
        await using var router = await FakeRouter.StartAsync();
        using var generator = Generator(router);

        var found = await generator.GenerateAsync(["abc", "d"], cancellationToken: Cancellation);

        Assert.Equal([[3f, 1f], [1f, 1f]], found.Select(e => e.Vector.ToArray()));
        Assert.Equal(("minilm", "r7"), (found[0].ModelId, found[0].AdditionalProperties![ExpertClusterEmbeddingGenerator.RevisionProperty]));
        Assert.Equal((6, 6), (found.Usage!.InputTokenCount, found.Usage.TotalTokenCount));
        Assert.Equal("auto", Assert.Single(router.Embeds).Model);
    }

    [Fact]
    public async Task Generate_ManyTexts_GoInSeveralCallsInTheirOrder()
    {
        await using var router = await FakeRouter.StartAsync();
        using var generator = Generator(router);

        var found = await generator.GenerateAsync(Enumerable.Range(1, 200).Select(i => new string('x', i)), cancellationToken: Cancellation);

        Assert.Equal(Enumerable.Range(1, 200), found.Select(e => (int)e.Vector.Span[0]));
        Assert.Equal([64, 64, 64, 8], router.Embeds.Select(e => e.Inputs.Count));
    }

    [Fact]
    public async Task Generate_Options_AreFollowedOrRefused()
    {
        await using var router = await FakeRouter.StartAsync();
        using var generator = Generator(router, "one");

        await generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "two", Dimensions = 2 }, Cancellation);
        await generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { RawRepresentationFactory = _ => new EmbedRequest { TruncateTokens = -1 } }, Cancellation);
        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 3 }, Cancellation));

        Assert.Equal(["two", "one", "one"], router.Embeds.Select(e => e.Model));
        Assert.Equal([false, true, false], router.Embeds.Select(e => e.HasTruncateTokens));
        Assert.Equal(("Dimensions is 3; encoder one gives 2", "dimensions"), (error.Message, error.Field));
    }

    [Fact]
    public async Task Generate_Refused_NamesTheField()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Embed = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "inputs[0] is empty"));
        using var generator = Generator(router);

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => generator.GenerateAsync([""], cancellationToken: Cancellation));

        Assert.Equal((StatusCode.InvalidArgument, "inputs[0] is empty (InvalidArgument)"), (error.StatusCode, error.Message));
    }

    /// <summary>The connection's model is for chats.</summary>
    [Fact]
    public async Task AddEmbeddingGenerator_WithMiddleware_AsksOnce()
    {
        await using var router = await FakeRouter.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:experts"] = $"Endpoint={router.Endpoint};Key=k1;Model=law";
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        builder.AddExpertClusterClient("experts").AddEmbeddingGenerator().UseDistributedCache(cache).UseOpenTelemetry();
        builder.AddExpertClusterClient("experts").AddKeyedEmbeddingGenerator("other", "arctic");
        using var host = builder.Build();
        var generator = host.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        var first = await generator.GenerateAsync(["abc"], cancellationToken: Cancellation);
        var second = await generator.GenerateAsync(["abc"], cancellationToken: Cancellation);
        await host.Services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("other").GenerateAsync(["abc"], cancellationToken: Cancellation);

        Assert.Equal(first[0].Vector.ToArray(), second[0].Vector.ToArray());
        Assert.Equal(["auto", "arctic"], router.Embeds.Select(e => e.Model));
        Assert.All(router.Headers, headers => Assert.Equal("Bearer k1", headers.GetValue("authorization")));
        var metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("expertcluster", "auto", new Uri(router.Endpoint)), (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri));
    }

    private static ExpertClusterEmbeddingGenerator Generator(FakeRouter router, string? model = null) =>
        new(new ExpertClusterClientOptions { Endpoint = router.Endpoint, Model = "law" }, model);
}
