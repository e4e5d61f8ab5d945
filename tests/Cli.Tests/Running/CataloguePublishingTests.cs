using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class CataloguePublishingTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();
    private readonly CataloguePublishing _publishing;
    private Exception? _failure;
    private int _published;

    public CataloguePublishingTests()
    {
        Prepare("a");
        _publishing = new CataloguePublishing(
            _folder.Path,
            _ =>
            {
                _published += _failure is null ? 1 : 0;
                return _failure is null ? Task.CompletedTask : Task.FromException(_failure);
            },
            error => error is InvalidDataException ? error.Message : null,
            _errors,
            new FakeTimeProvider());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Look_FirstAndEachChange_IsPublishedOnce()
    {
        await LookAsync(3);
        Assert.Equal(1, _published);

        Prepare("another");
        await LookAsync(3);
        Assert.Equal(2, _published);
    }

    [Fact]
    public async Task Look_ServerIsAway_IsToldOnceAndTriedAgainMoreSeldom()
    {
        _failure = new InvalidDataException("s3://models/a: the server answered 503");

        foreach (double pause in (double[])[5, 10, 20, 40, 60, 60])
        {
            Assert.Equal(pause, await SecondsAsync());
        }

        Assert.Equal("not published: s3://models/a: the server answered 503; it is tried again" + Environment.NewLine, _errors.ToString());

        _failure = null;
        Assert.Equal(0.25, await SecondsAsync());
        Assert.Equal(1, _published);

        // Another outage is another word.
        Prepare("another");
        _failure = new InvalidDataException("s3://models/a: the server answered 503");
        Assert.Equal(5, await SecondsAsync());
        Assert.Equal(2, _errors.ToString().Split("not published").Length - 1);
    }

    [Fact]
    public async Task Look_FailsAsNobodyForesaw_GoesOn()
    {
        _failure = new InvalidOperationException("never\nmeant");

        await LookAsync(1);

        Assert.Equal("not published: InvalidOperationException: never meant; it is tried again" + Environment.NewLine, _errors.ToString());
    }

    private void Prepare(string content) => File.WriteAllText(_folder["prepared.json"], content);

    private async Task<double> SecondsAsync() => (await _publishing.LookAsync(_cancellation)).TotalSeconds;

    private async Task LookAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await _publishing.LookAsync(_cancellation);
        }
    }
}
