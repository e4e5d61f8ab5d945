using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.V1.Vllm;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests;

/// <summary>The host as a whole.</summary>
public sealed class ExpertHostApplicationTests(SmallModels models)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Swap_UnderLoad_BringsOneExpertTakesAnotherAndLosesNothing()
    {
        await using var host = await RunningHost.StartAsync(models);
        string law = await host.AskAsync("law");
        var stop = new TaskCompletionSource();
        var begun = Enumerable.Range(0, 6).Select(_ => new TaskCompletionSource()).ToArray();
        var load = begun.Select((start, i) => LoadAsync(host, i % 2 == 0 ? "law" : SmallModels.Base, start, stop.Task)).ToArray();
        await Task.WhenAll(begun.Select(b => b.Task));

        // "tax" answers a stream when it goes, and "poems" on a base of its own comes.
        var going = host.Plan("tax", 40);
        using var open = host.Client.Generate(going, cancellationToken: _cancellation);
        Assert.True(await open.ResponseStream.MoveNext(_cancellation));
        int before = open.ResponseStream.Current.Tokens.Count;
        host.Catalogue.Swap(models.Version(
            2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), SmallModels.Alone("verse"), SmallModels.Expert("poems", models.Tax, "verse")));

        Assert.Equal(5, (await host.AskAsync("poems")).Length);
        var refused = await Assert.ThrowsAsync<RpcException>(() => host.Client.Generate(going, cancellationToken: _cancellation).ResponseStream.MoveNext(_cancellation));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        var rest = await open.ResponseStream.ReadAllAsync(_cancellation).ToListAsync(_cancellation);
        Assert.Equal(40, before + rest.Sum(c => c.Tokens.Count));
        for (int version = 3; version <= 20; version++)
        {
            host.Catalogue.Swap(models.Version(
                version, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), SmallModels.Expert($"e{version}", models.Tax)));
            await host.AskAsync($"e{version}");
        }

        stop.SetResult();
        var answers = await Task.WhenAll(load);
        Assert.Single(answers.Where((_, i) => i % 2 == 0).SelectMany(a => a).Append(law).Distinct());
        Assert.Single(answers.Where((_, i) => i % 2 == 1).SelectMany(a => a).Distinct());

        // No recent catalogue has "verse" any more.
        while (!host.Bases.Loaded.Select(b => b.Name).SequenceEqual([SmallModels.Base]))
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(2, host.Opener.Opened.Count);
    }

    [Theory]
    [InlineData(false, StatusCode.Unimplemented)]
    [InlineData(true, StatusCode.OK)]
    public async Task VllmGrpc_SaysWhetherTheHostSpeaksIt(bool speaks, StatusCode expected)
    {
        await using var host = await RunningHost.StartAsync(models, speaks ? ["--ExpertCluster:Runtime:VllmGrpc=true"] : []);
        using var call = host.Vllm.HealthCheckAsync(new HealthCheckRequest(), cancellationToken: _cancellation);
        if (speaks)
        {
            Assert.True((await call).Healthy);
        }
        else
        {
            await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        }

        Assert.Equal(expected, call.GetStatus().StatusCode);
    }

    /// <summary>Asks one request after the other; any that fails fails the test.</summary>
    private static async Task<List<string>> LoadAsync(RunningHost host, string expert, TaskCompletionSource begun, Task stop)
    {
        List<string> answers = [];
        do
        {
            try
            {
                answers.Add(await host.AskAsync(expert));
                begun.TrySetResult();
            }
            catch (Exception error)
            {
                begun.TrySetException(error);
                throw;
            }
        }
        while (!stop.IsCompleted);

        return answers;
    }
}
