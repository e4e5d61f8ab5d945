using System.Net;
using ExpertCluster.V1;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Client.Tests;

public class ServicesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddExpertClusterClient_ConnectionString_IsCalledWithItsKeyAndModel()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var services = Services($"Endpoint={router.Endpoint};Key=k1;Model=law", experts => experts.AddChatClient());
        var client = services.GetRequiredService<IChatClient>();

        var response = await client.GetResponseAsync("x", cancellationToken: Cancellation);

        Assert.Equal("It rains.", response.Text);
        Assert.Equal("law", Assert.Single(router.Requests).Model);
        Assert.Equal("Bearer k1", Assert.Single(router.Headers).GetValue("authorization"));
        var metadata = client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal(("expertcluster", "law", new Uri(router.Endpoint)), (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri));
    }

    [Fact]
    public async Task AddExpertClusterClient_OtherCalls_HaveTheKeyToo()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var services = Services($"Endpoint={router.Endpoint};Key=k1", _ => { });

        var models = await services.GetRequiredService<Completions.CompletionsClient>().ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancellation);

        Assert.Equal("law", Assert.Single(models.Models).Name);
        Assert.Equal("Bearer k1", Assert.Single(router.Headers).GetValue("authorization"));
    }

    [Fact]
    public async Task AddKeyedChatClient_TwoClustersAndModels_AreToldApart()
    {
        await using var first = await FakeRouter.StartAsync();
        await using var second = await FakeRouter.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:one"] = $"Endpoint={first.Endpoint}";
        builder.AddExpertClusterClient("one").AddKeyedChatClient("law", "law");
        builder.AddExpertClusterClient("two", options => options.Endpoint = second.Endpoint).AddKeyedChatClient("tax", "tax").UseFunctionInvocation();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        await host.Services.GetRequiredKeyedService<IChatClient>("law").GetResponseAsync("x", cancellationToken: Cancellation);
        await host.Services.GetRequiredKeyedService<IChatClient>("tax").GetResponseAsync("x", cancellationToken: Cancellation);

        Assert.Equal(("law", "tax"), (Assert.Single(first.Requests).Model, Assert.Single(second.Requests).Model));
    }

    [Fact]
    public async Task GetResponse_SeveralAddresses_GetRequestsInTurn()
    {
        await using var first = await FakeRouter.StartAsync();
        await using var second = await FakeRouter.StartAsync();
        using var client = first.Client(options => options.Endpoint = $"{first.Endpoint}, {second.Endpoint}");

        // The first calls may go out before both connections are there.
        for (int i = 0; first.Requests.IsEmpty || second.Requests.IsEmpty; i++)
        {
            Assert.True(i < 10_000, "one of the routers gets nothing");
            await client.GetResponseAsync("x", cancellationToken: Cancellation);
        }

        int before = first.Requests.Count - second.Requests.Count;
        for (int i = 0; i < 10; i++)
        {
            await client.GetResponseAsync("x", cancellationToken: Cancellation);
        }

        Assert.Equal(before, first.Requests.Count - second.Requests.Count);
    }

    [Fact]
    public async Task GetResponse_NameOfDns_IsCalled()
    {
        await using var router = await FakeRouter.StartAsync();
        using var client = router.Client(options => options.Endpoint = $"dns:///{IPAddress.Loopback}:{new Uri(router.Endpoint).Port}");

        Assert.Equal("It rains.", (await client.GetResponseAsync("x", cancellationToken: Cancellation)).Text);
    }

    [Fact]
    public async Task GetResponse_Timeout_IsTheDeadlineOfTheCall()
    {
        await using var router = await FakeRouter.StartAsync();
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var client = router.Client(options => options.Timeout = TimeSpan.FromHours(2));

        await client.GetResponseAsync("x", cancellationToken: Cancellation);

        Assert.InRange(Assert.Single(router.Deadlines), before.AddHours(2).AddSeconds(-1), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(2).AddSeconds(1));
    }

    [Theory]
    [InlineData("", "Endpoint is missing")]
    [InlineData("Key=k", "Endpoint is missing")]
    [InlineData("Endpoint=localhost:8081", "Endpoint has 'localhost:8081', which is no address like")]
    [InlineData("Endpoint=ftp://h", "Endpoint has 'ftp://h'")]
    [InlineData("Endpoint=http://h/v1", "Endpoint has 'http://h/v1'")]
    [InlineData("Endpoint=dns:///", "Endpoint has 'dns:///'")]
    [InlineData("Endpoint=http://a:1,https://b:1", "must all be http or all be https")]
    [InlineData("Endpoint=dns:///a:1,dns:///b:1", "must all be http or all be https")]
    [InlineData("Endpoint=http://h;Key=a\tb", "Key must have 1 to 8192 printable ASCII characters")]
    [InlineData("Endpoint=http://h;Url=x", "has url, which is no part of one")]
    [InlineData("Endpoint", "the connection string can't be read")]
    public async Task Build_WrongConnectionString_IsNamed(string text, string expected)
    {
        await using var services = Services(text, experts => experts.AddChatClient());

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IChatClient>);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("ConnectionStrings:experts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WrongOptions_AllAreNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => new ExpertClusterChatClient(new ExpertClusterClientOptions { Timeout = TimeSpan.Zero, Model = "", Key = "" }));

        Assert.All(["Endpoint is missing", "Key must have", "Model must have", "Timeout is 00:00:00; it must be 1 second to 1 day"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_UnreadableString_ShowsNoKey() => Assert.DoesNotContain(
        "secret", Assert.Throws<FormatException>(() => new ExpertClusterClientOptions().Read("Key='secret;")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void GetService_WhatIsNotThere_IsNull()
    {
        using var client = new ExpertClusterChatClient(new ExpertClusterClientOptions { Endpoint = "http://h" });

        Assert.Same(client, client.GetService(typeof(IChatClient)));
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
        Assert.Null(client.GetService(typeof(string)));
    }

    private static ServiceProvider Services(string connection, Action<ExpertClusterClientBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:experts", connection)]).Build());
        add(services.AddExpertClusterClient("experts"));
        return services.BuildServiceProvider();
    }
}
