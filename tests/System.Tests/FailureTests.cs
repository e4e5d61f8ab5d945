using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>Hosts that die, and clusters that stop.</summary>
public sealed class FailureTests
{
    private const int TokensBeforeTheKill = 20;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("law", 0f)]
    [InlineData("auto", 1f)]
    public async Task Complete_HostKilledMidStream_AnotherGoesOnToTheSameText(string model, float temperature)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var cluster = await TestCluster.StartAsync("--hosts", "2");
        var request = Requests.Endless(seed: 3);
        request.Model = model;
        request.Sampling.Temperature = temperature;
        var undisturbed = await cluster.Client.AskAsync(request);
        var hosts = cluster.Hosts();
        using var call = cluster.Client.Complete(request, cancellationToken: cancellation);
        List<CompleteChunk> chunks = [];
        while (chunks.Sum(c => c.Tokens.Count) < TokensBeforeTheKill && await call.ResponseStream.MoveNext(cancellation))
        {
            chunks.Add(call.ResponseStream.Current);
        }

        string host = chunks[0].Plan.Host;
        TestCluster.Kill(hosts[host]);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            chunks.Add(call.ResponseStream.Current);
        }

        var answer = new Answer(chunks);
        Assert.Equal(undisturbed.Text, answer.Text);
        Assert.Equal(undisturbed.Tokens.Select(t => (t.Id, t.Logprob)), answer.Tokens.Select(t => (t.Id, t.Logprob)));
        Assert.Equal((undisturbed.Finish, undisturbed.Usage.CompletionTokens), (answer.Finish, answer.Usage.CompletionTokens));
        var resumed = Assert.Single(chunks.Skip(1), c => c.Plan is not null).Plan;
        Assert.Equal("resumed", resumed.Reason);
        Assert.NotEqual(host, resumed.Host);
        foreach (string expert in (string[])["law", "finance", "general", "demo"])
        {
            // The deadline is the requirement, not a timing: a call that takes longer fails.
            using var next = cluster.Client.Complete(Requests.Chat(expert, "Who decides?", 8), deadline: DeadlineIn(Recovery), cancellationToken: cancellation);
            Assert.True(await next.ResponseStream.MoveNext(cancellation));

            // Another one, or the one that `up` has started in its place by now.
            Assert.True(next.ResponseStream.Current.Plan.Host != host || cluster.Hosts()[host].Id != hosts[host].Id);
        }
    }

    [Fact]
    public async Task Complete_TheOnlyHostKilledMidStream_GoesOnWhenUpHasStartedItAgain()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var cluster = await TestCluster.StartAsync("--hosts", "1");
        var undisturbed = await cluster.Client.AskAsync(Requests.Endless(seed: 3));
        using var call = cluster.Client.Complete(Requests.Endless(seed: 3), cancellationToken: cancellation);
        Assert.True(await call.ResponseStream.MoveNext(cancellation));
        List<CompleteChunk> chunks = [call.ResponseStream.Current];

        TestCluster.Kill(cluster.Hosts().Values.Single());
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            chunks.Add(call.ResponseStream.Current);
        }

        Assert.Equal(undisturbed.Text, new Answer(chunks).Text);
    }

    [Fact]
    public async Task Up_SigTerm_PrintsOneLineExitsZeroAndLeavesNoProcess()
    {
        await using var cluster = await TestCluster.StartAsync("--hosts", "1");
        int[] children = [cluster.Router().Id, .. cluster.Hosts().Values.Select(h => h.Id)];

        var (exitCode, rest) = await cluster.TerminateAsync();

        Assert.Equal((0, ""), (exitCode, rest));
        Assert.All(children, id => Assert.False(Directory.Exists($"/proc/{id}"), $"process {id} is still there"));
    }

    private static DateTime DeadlineIn(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}
