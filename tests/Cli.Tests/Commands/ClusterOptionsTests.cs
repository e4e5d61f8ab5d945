using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Commands;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class ClusterOptionsTests : IDisposable
{
    private readonly Recorder _clusters = new();

    public void Dispose() => _clusters.Dispose();

    [Theory]
    [InlineData("up")]
    [InlineData("demo")]
    [InlineData("eval")]
    public async Task Serve_NoOptions_AreTheDefaults(string command)
    {
        await new CommandRun(_clusters, command).Code;

        Assert.Equal((2, 8080, 50051, "http"), (_clusters.Layout!.Hosts, _clusters.Layout.HttpPort, _clusters.Layout.GrpcPort, _clusters.Layout.Tls.Scheme));
        Assert.Equal((DemoCatalogue.Path, "prepared"), (_clusters.Config, _clusters.Layout.Prepared));
    }

    [Fact]
    public async Task Serve_Options_AreTheLayout()
    {
        using var authority = new TestAuthority();
        using var folder = new TemporaryFolder();
        authority.Mount(folder, authority.Issue("localhost"));

        await new CommandRun(_clusters, "up", "--hosts", "16", "--http", "0", "--grpc", "65535", "--config", "my.yaml", "--tls", folder.Path).Code;

        Assert.Equal((16, 0, 65535, "https"), (_clusters.Layout!.Hosts, _clusters.Layout.HttpPort, _clusters.Layout.GrpcPort, _clusters.Layout.Tls.Scheme));
        Assert.Equal("my.yaml", _clusters.Config);
    }

    [Theory]
    [InlineData("--hosts", "0", "1 to 16")]
    [InlineData("--hosts", "17", "1 to 16")]
    [InlineData("--hosts", "two", "1 to 16")]
    [InlineData("--http", "-1", "0 to 65535")]
    [InlineData("--http", "65536", "0 to 65535")]
    [InlineData("--grpc", "1.5", "0 to 65535")]
    public async Task Serve_NumberOutsideOfItsLimits_IsRefusedBeforeAnythingStarts(string option, string value, string limits)
    {
        foreach (string command in (string[])["up", "demo", "eval"])
        {
            string line = await new CommandRun(_clusters, command, option, value).RefusalAsync();

            Assert.Equal($"{option} is '{value}'; it must be a whole number from {limits}", line);
        }

        Assert.Null(_clusters.Config);
    }

    [Fact]
    public async Task Serve_OnePortTwice_IsRefused()
    {
        string line = await new CommandRun(_clusters, "up", "--http", "5000", "--grpc", "5000").RefusalAsync();

        Assert.Equal("--http and --grpc are both 5000; each needs a port of its own", line);
        Assert.Null(_clusters.Config);
    }

    [Fact]
    public async Task Serve_FolderOfCertificatesMissing_IsRefused()
    {
        string line = await new CommandRun(_clusters, "up", "--tls", "/nowhere").RefusalAsync();

        Assert.StartsWith("--tls: ", line, StringComparison.Ordinal);
        Assert.Null(_clusters.Config);
    }

    [Fact]
    public async Task Serve_ClusterThatDoesNotStart_IsOneSentence()
    {
        _clusters.Failure = new ClusterStartException("router ended before it was ready: port is taken");

        var run = new CommandRun(_clusters, "up");

        Assert.Equal(2, await run.Code);
        Assert.Equal("router ended before it was ready: port is taken", run.Errors.Lines[^1]);
    }

    [Fact]
    public async Task Serve_StoppedWhileItPrepares_EndsWithZeroAtOnce()
    {
        _clusters.Preparing = new ManualResetEventSlim();
        var run = new CommandRun(_clusters, "up");
        await _clusters.Began.Task.WaitAsync(TestContext.Current.CancellationToken);

        await run.StopAsync();

        Assert.Equal(0, await run.Code);
        Assert.Null(_clusters.Layout);
        _clusters.Preparing.Set();
    }

    /// <summary>Starts nothing; ends the command as if it had been stopped.</summary>
    private sealed class Recorder : IClusters, ICatalogueKeeper, IDisposable
    {
        private string? _config;

        public ClusterLayout? Layout { get; private set; }

        /// <summary>That was prepared.</summary>
        public string? Config { get; private set; }

        public Exception Failure { get; set; } = new OperationCanceledException();

        public ManualResetEventSlim? Preparing { get; set; }

        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Output => "prepared";

        public ICatalogueKeeper Keeper(string config, Action<string> progress)
        {
            _config = config;
            return this;
        }

        public Task More { get; } = new TaskCompletionSource().Task;

        public void Forget()
        {
        }

        public bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation) => Prepare(desired, isFileNew, cancellation);

        public DesiredState Last() => DesiredState.Empty;

        public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation)
        {
            Config = _config;
            Began.TrySetResult();
            Preparing?.Wait(TestContext.Current.CancellationToken);
            return true;
        }

        public Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, CancellationToken cancellation)
        {
            Layout = layout;
            return Task.FromException<RunningCluster>(Failure);
        }

        public void Dispose() => Preparing?.Dispose();
    }
}
