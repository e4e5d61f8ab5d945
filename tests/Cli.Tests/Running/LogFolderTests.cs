using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class LogFolderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly HastyTime _time = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Open_ManyTimes_KeepsTheNewest()
    {
        string[] opened = [.. Enumerable.Range(0, LogFolder.Kept + 5).Select(_ => OpenAndEnd())];

        Assert.Equal(opened[^LogFolder.Kept..], Left());
    }

    [Fact]
    public void Open_OldOneStillInUse_LeavesIt()
    {
        using var running = Open();
        File.WriteAllText(running["members.json"], "{}");
        string[] opened = [.. Enumerable.Range(0, LogFolder.Kept + 5).Select(_ => OpenAndEnd())];

        Assert.Equal([running.Path, .. opened[^LogFolder.Kept..]], Left());
        Assert.True(File.Exists(running["members.json"]));
    }

    [Fact]
    public void Open_FolderWithoutTheMark_IsNotDeleted()
    {
        Directory.CreateDirectory(_root["0-mine"]);

        for (int i = 0; i < LogFolder.Kept + 5; i++)
        {
            OpenAndEnd();
        }

        Assert.Contains(_root["0-mine"], Left());
    }

    [Fact]
    public void Open_Name_TellsTimeAndProcess()
    {
        using var folder = Open();

        Assert.Equal($"19700101-000001-000-{Environment.ProcessId}", Path.GetFileName(folder.Path));
    }

    private string OpenAndEnd()
    {
        using var folder = Open();
        File.WriteAllText(folder["router.log"], "text");
        return folder.Path;
    }

    private LogFolder Open()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return LogFolder.Open(_root.Path, _time);
    }

    private IEnumerable<string> Left() => Directory.GetDirectories(_root.Path).Order(StringComparer.Ordinal);
}
