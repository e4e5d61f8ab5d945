using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class CatalogueWatchTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();
    private readonly FakeKeeper _keeper = new();
    private readonly FakeFeed _feed = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CatalogueWatch _watch;

    private string Config => _folder["experts.yaml"];

    public CatalogueWatchTests()
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["law"]);
        File.WriteAllText(Path.Combine(_folder["law"], "adapter_config.json"), "{}");
        File.WriteAllText(_folder["law.txt"], "Who pays?");
        Write("  - name: law\n    base: a\n    adapter: law\n    examples: law.txt\n");
        _watch = new CatalogueWatch(Config, _keeper, _feed, error => error is InvalidDataException ? error.Message : null, _errors, _time);
    }

    [Fact]
    public async Task File_Changes_IsPreparedOnce()
    {
        await LookAsync(5);
        Assert.Empty(_keeper.Prepared);

        Write("  - name: tax\n    base: a\n");
        await LookAsync(2);
        await LookAsync(5);
        Assert.Equal((DesiredState.Empty, true), Assert.Single(_keeper.Prepared));
    }

    /// <summary>An edit of a ConfigMap: no file changes, a link two steps away does.</summary>
    [Fact]
    public async Task File_OfAMountedVolume_IsPreparedWhenTheVolumeIsSwapped()
    {
        using var volume = new TemporaryFolder();
        MountedVolume.Write(volume, ("experts.yaml", "bases: [{name: a, path: /base}]\nexperts: [{name: law, base: a}]\n"));
        var watch = new CatalogueWatch(volume["experts.yaml"], _keeper, _feed, error => error.Message, _errors, _time);
        await LookAsync(3, watch);
        Assert.Empty(_keeper.Prepared);

        MountedVolume.Write(volume, ("experts.yaml", "bases: [{name: a, path: /base}]\nexperts: [{name: tax, base: a}]\n"));
        await LookAsync(5, watch);

        Assert.Equal((DesiredState.Empty, true), Assert.Single(_keeper.Prepared));
    }

    [Theory]
    [InlineData("law.txt")]
    [InlineData("law/adapter_config.json")]
    [InlineData("law/adapter_model.safetensors")]
    [InlineData("base/config.json")]
    public async Task FileThatItNames_ChangesOrComes_IsPrepared(string file)
    {
        File.WriteAllText(_folder[file], "another content");

        await LookAsync(2);
        Assert.Single(_keeper.Prepared);
    }

    /// <summary>Who writes it has not ended.</summary>
    [Fact]
    public async Task File_IsBeingWritten_IsNotPreparedBeforeItRests()
    {
        for (int i = 1; i <= 10; i++)
        {
            Write(string.Concat(Enumerable.Repeat("  - name: x\n", i)));
            await LookAsync(1);
            Assert.Empty(_keeper.Prepared);
        }

        await LookAsync(2);
        Assert.Single(_keeper.Prepared);
    }

    [Fact]
    public async Task Edit_CannotBeUsed_IsToldOnceAndTheNextOneIsTaken()
    {
        _keeper.Failure = new InvalidDataException("experts.yaml:3: experts has an unknown key 'nmae'");
        Write("  - nmae: x\n");
        await LookAsync(2);
        Assert.Single(_keeper.Prepared);
        await LookAsync(5);
        Assert.Equal("experts.yaml:3: experts has an unknown key 'nmae'; the catalogue stays as it was" + Environment.NewLine, _errors.ToString());

        _keeper.Failure = null;
        Write("  - name: x\n    base: a\n");
        await LookAsync(2);
        Assert.Equal(2, _keeper.Prepared.Count);
    }

    [Fact]
    public async Task Preparation_FailsAsNobodyForesaw_TheWatchGoesOn()
    {
        _keeper.Failure = new InvalidOperationException("never\nmeant");
        Write("  - name: x\n");
        await LookAsync(2);

        Assert.Equal("InvalidOperationException: never meant; the catalogue stays as it was" + Environment.NewLine, _errors.ToString());
        Write("  - name: y\n");
        await LookAsync(2);
        Assert.Equal(2, _keeper.Prepared.Count);
    }

    [Fact]
    public async Task WhatIsOfNoUse_EveryHour_IsForgotten()
    {
        await LookAsync(3);
        Assert.Equal(0, _keeper.Forgot);

        _time.Advance(TimeSpan.FromHours(1));
        await LookAsync(3);
        Assert.Equal(1, _keeper.Forgot);

        _keeper.ForgetFailure = new UnauthorizedAccessException("another user's");
        _time.Advance(TimeSpan.FromHours(1));
        await LookAsync(3);
        Assert.Equal(2, _keeper.Forgot);
        Assert.Equal("what is of no use can't be deleted: another user's; it is tried again in an hour" + Environment.NewLine, _errors.ToString());
    }

    [Fact]
    public async Task Api_WantsSomethingElse_IsPreparedAtOnceByTheFileAsItWas()
    {
        var wanted = DesiredState.Empty with { Version = 3 };
        Write("  - name: half\n");
        _feed.Want(wanted);

        await LookAsync(1);

        Assert.Equal((wanted, false), Assert.Single(_keeper.Prepared));
        await LookAsync(1);
        Assert.Equal((wanted, true), _keeper.Prepared.Last());
    }

    [Fact]
    public async Task Api_WantsWhatIsPrepared_IsLeftAlone()
    {
        _feed.Want(DesiredState.Empty with { Changes = [] });

        await LookAsync(3);

        Assert.Empty(_keeper.Prepared);
    }

    /// <summary>A state that was lost and grew again.</summary>
    [Fact]
    public async Task Api_SameVersionOfAnotherState_IsPrepared()
    {
        _feed.Want(DesiredState.Empty with { DrainedHosts = ["host-1"] });

        await LookAsync(3);

        Assert.Single(_keeper.Prepared);
    }

    [Fact]
    public async Task Api_WhatItWantsFails_IsTriedAgainLaterAndWithTheNextWish()
    {
        _keeper.Failure = new InvalidDataException("no room");
        _feed.Want(DesiredState.Empty with { Version = 1 });
        await LookAsync(5);
        Assert.Single(_keeper.Prepared);

        _time.Advance(TimeSpan.FromSeconds(6));
        await LookAsync(5);
        Assert.Equal(2, _keeper.Prepared.Count);

        _keeper.Failure = null;
        _feed.Want(DesiredState.Empty with { Version = 2 });
        await LookAsync(5);
        Assert.Equal(2, _keeper.Prepared.Last().Desired.Version);
        Assert.Equal(3, _keeper.Prepared.Count);
    }

    [Fact]
    public async Task Run_ApiWantsSomethingElse_WakesIt()
    {
        using var stop = new CancellationTokenSource();
        var running = _watch.RunAsync(stop.Token);

        // No clock moves here.
        _feed.Want(DesiredState.Empty with { Version = 1 });
        while (_keeper.Prepared.IsEmpty)
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Keeper_HasMore_IsTakenInAndThenLeftAlone()
    {
        _feed.Want(DesiredState.Empty with { Version = 1 });
        await LookAsync(2);
        _keeper.Coming.SetResult();

        await LookAsync(3);

        Assert.Equal(2, _keeper.Prepared.Count);
    }

    [Fact]
    public async Task Run_ToldToStop_Ends()
    {
        using var stop = new CancellationTokenSource();
        var running = _watch.RunAsync(stop.Token);

        await stop.CancelAsync();

        await running;
        Assert.Empty(_keeper.Prepared);
    }

    public void Dispose()
    {
        _errors.Dispose();
        _folder.Dispose();
    }

    private void Write(string experts) => File.WriteAllText(Config, $"bases:\n  - name: a\n    path: base\nexperts:\n{experts}");

    private async Task LookAsync(int times, CatalogueWatch? watch = null)
    {
        for (int i = 0; i < times; i++)
        {
            await (watch ?? _watch).LookAsync(_cancellation);
        }
    }
}
