using ExpertCluster.Router.Suspects;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Suspects;

public sealed class NewTextsTests
{
    private readonly ManualTime _time = new();
    private readonly NewTexts _texts;

    public NewTextsTests() => _texts = new NewTexts(_time);

    [Fact]
    public async Task Enter_SameHostOrAnotherText_WaitsForNothing()
    {
        Assert.True(await EnterAsync("a", "host-0"));
        Assert.True(await EnterAsync("a", "host-0"));
        Assert.True(await EnterAsync("b", "host-1"));
    }

    [Fact]
    public async Task Enter_AnotherHost_WaitsForTheFirstToken()
    {
        await EnterAsync("a", "host-0");
        var second = EnterAsync("a", "host-1");
        Assert.False(second.IsCompleted);

        _texts.Prove("a");

        Assert.False(await second);
        Assert.True(await EnterAsync("a", "host-1"));
        Assert.True(await EnterAsync("a", "host-2"));
    }

    [Fact]
    public async Task Leave_TheLastCopy_LetsOthersIn()
    {
        await EnterAsync("a", "host-0");
        await EnterAsync("a", "host-0");
        var other = EnterAsync("a", "host-1");

        _texts.Leave("a");
        Assert.False(other.IsCompleted);
        _texts.Leave("a");

        Assert.False(await other);
        Assert.True(await EnterAsync("a", "host-1"));
    }

    /// <summary>A token that takes long waits for a slot or a file; nobody waits for it a second time.</summary>
    [Fact]
    public async Task Enter_NoTokenInTime_GoesOn()
    {
        await EnterAsync("a", "host-0");
        _time.Advance(TimeSpan.FromSeconds(1));
        var other = EnterAsync("a", "host-1");

        _time.Advance(NewTexts.Patience);

        Assert.False(await other);
        Assert.True(await EnterAsync("a", "host-1"));
    }

    [Fact]
    public async Task Enter_CallerLeaves_EndsItsWait()
    {
        await EnterAsync("a", "host-0");
        using var caller = new CancellationTokenSource();
        var other = _texts.TryEnterAsync("a", "host-1", caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task Enter_MoreThanThereIsRoomFor_GoesOn()
    {
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(await EnterAsync($"new {i}", "host-0"));
            _texts.Prove($"proven {i}");
        }

        Assert.True(await EnterAsync("new 4999", "host-1"));
        Assert.True(await EnterAsync("proven 4999", "host-1"));
        Assert.True(await EnterAsync("proven 4999", "host-2"));
    }

    private Task<bool> EnterAsync(string hash, string host) => _texts.TryEnterAsync(hash, host, TestContext.Current.CancellationToken);
}
