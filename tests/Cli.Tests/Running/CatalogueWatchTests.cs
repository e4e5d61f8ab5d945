using System.Collections.Concurrent;
using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class CatalogueWatchTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();
    private readonly ConcurrentQueue<string> _prepared = new();
    private Exception? _failure;
    private readonly CatalogueWatch _watch;

    private string Config => _folder["experts.yaml"];

    public CatalogueWatchTests()
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["law"]);
        File.WriteAllText(Path.Combine(_folder["law"], "adapter_config.json"), "{}");
        File.WriteAllText(_folder["law.txt"], "Who pays?");
        Write("  - name: law\n    base: a\n    adapter: law\n    examples: law.txt\n");
        _watch = new CatalogueWatch(Config, Prepare, error => error is InvalidDataException ? error.Message : null, _errors, TimeProvider.System);
    }

    [Fact]
    public async Task File_Changes_IsPreparedOnce()
    {
        await LookAsync(5);
        Assert.Empty(_prepared);

        Write("  - name: tax\n    base: a\n");
        await LookAsync(2);
        await LookAsync(5);
        Assert.Contains("tax", Assert.Single(_prepared), StringComparison.Ordinal);
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
        Assert.Single(_prepared);
    }

    /// <summary>Who writes it has not ended.</summary>
    [Fact]
    public async Task File_IsBeingWritten_IsNotPreparedBeforeItRests()
    {
        for (int i = 1; i <= 10; i++)
        {
            Write(string.Concat(Enumerable.Repeat("  - name: x\n", i)));
            await LookAsync(1);
            Assert.Empty(_prepared);
        }

        await LookAsync(2);
        Assert.Single(_prepared);
    }

    [Fact]
    public async Task Edit_CannotBeUsed_IsToldOnceAndTheNextOneIsTaken()
    {
        _failure = new InvalidDataException("experts.yaml:3: experts has an unknown key 'nmae'");
        Write("  - nmae: x\n");
        await LookAsync(2);
        Assert.Single(_prepared);
        await LookAsync(5);
        Assert.Equal("experts.yaml:3: experts has an unknown key 'nmae'; the catalogue stays as it was" + Environment.NewLine, _errors.ToString());

        _failure = null;
        Write("  - name: x\n    base: a\n");
        await LookAsync(2);
        Assert.Equal(2, _prepared.Count);
    }

    [Fact]
    public async Task Preparation_FailsAsNobodyForesaw_TheWatchGoesOn()
    {
        _failure = new InvalidOperationException("never\nmeant");
        Write("  - name: x\n");
        await LookAsync(2);

        Assert.Equal("InvalidOperationException: never meant; the catalogue stays as it was" + Environment.NewLine, _errors.ToString());
        Write("  - name: y\n");
        await LookAsync(2);
        Assert.Equal(2, _prepared.Count);
    }

    [Fact]
    public async Task Run_ToldToStop_Ends()
    {
        using var stop = new CancellationTokenSource();
        var running = _watch.RunAsync(stop.Token);

        await stop.CancelAsync();

        await running;
        Assert.Empty(_prepared);
    }

    public void Dispose()
    {
        _errors.Dispose();
        _folder.Dispose();
    }

    private void Prepare(CancellationToken cancellation)
    {
        _prepared.Enqueue(File.ReadAllText(Config));
        if (_failure is { } failure)
        {
            throw failure;
        }
    }

    private void Write(string experts) => File.WriteAllText(Config, $"bases:\n  - name: a\n    path: base\nexperts:\n{experts}");

    private async Task LookAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await _watch.LookAsync(_cancellation);
        }
    }
}
