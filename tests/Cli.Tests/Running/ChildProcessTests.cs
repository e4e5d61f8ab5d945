using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Transcript _errors = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_Output_GoesToTheLogInWhole()
    {
        await using (var process = Start("echo one; echo two >&2; printf 'no end'"))
        {
            await EndAsync(process);
        }

        // Two pipes: what has no end of line may stand before or behind what came by the other.
        string log = File.ReadAllText(_folder["node.log"]);
        Assert.All((string[])["one\n", "two\n", "no end"], text => Assert.Contains(text, log, StringComparison.Ordinal));
        Assert.Equal("one\ntwo\nno end".Length, log.Length);
    }

    [Fact]
    public async Task Start_LineWithoutEnd_IsNotKeptInMemory()
    {
        await using (var process = Start("head -c 700000 /dev/zero | tr '\\0' x"))
        {
            await EndAsync(process);
        }

        // Less than the log's room, so that nothing is dropped however busy the disk is.
        Assert.Equal(700_000, new FileInfo(_folder["node.log"]).Length);
    }

    [Fact]
    public async Task Start_Settings_AreItsEnvironment()
    {
        await using var process = ChildProcess.Start(
            Scripts.Spec(_folder, "echo \"$EXPERTCLUSTER__NAME\"", "node", ("EXPERTCLUSTER__NAME", "a b'c")), _errors, TimeProvider.System);

        await EndAsync(process);

        Assert.Equal("a b'c", await process.LastLineAsync());
    }

    [Fact]
    public void Start_NoSuchProgram_IsOneSentence()
    {
        var spec = Scripts.Spec(_folder, "") with { Program = [_folder["nothing"]] };

        var error = Assert.Throws<ClusterStartException>(() => ChildProcess.Start(spec, _errors, TimeProvider.System));

        Assert.StartsWith($"node: {_folder["nothing"]} can't be started: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo out; echo why >&2; echo more", "why")]
    [InlineData("echo first; echo last; echo", "last")]
    [InlineData("echo first; printf last", "last")]
    [InlineData(":", "it wrote nothing")]
    public async Task LastLine_PrefersStandardError(string script, string expected)
    {
        await using var process = Start(script);
        await EndAsync(process);

        Assert.Equal(expected, await process.LastLineAsync());
    }

    [Fact]
    public async Task LastLine_OfEnormousLength_IsCut()
    {
        await using var process = Start("head -c 5000 /dev/zero | tr '\\0' x");
        await EndAsync(process);

        Assert.Equal(2000, (await process.LastLineAsync()).Length);
    }

    [Fact]
    public async Task ExitCode_IsTheProcesses()
    {
        await using var process = Start("exit 3");
        await EndAsync(process);

        Assert.Equal((true, 3), (process.HasExited, process.ExitCode));
    }

    [Fact]
    public async Task Terminate_IsASignalThatItMayHandle()
    {
        await using var process = Start("trap 'echo drained; exit 0' TERM; echo up; read x");
        await LogSaysAsync("up");

        process.Terminate();
        await EndAsync(process);

        Assert.Equal((0, "drained"), (process.ExitCode, await process.LastLineAsync()));
    }

    [Fact]
    public async Task Terminate_AfterItsEnd_DoesNothing()
    {
        await using var process = Start(":");
        await EndAsync(process);

        process.Terminate();

        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Dispose_ProcessThatRuns_KillsIt()
    {
        var process = Start(Scripts.Deaf);
        int id = process.Id;

        await process.DisposeAsync();

        Assert.False(Scripts.Exists(id));
    }

    /// <summary>What it writes is many times what a pipe holds: it would wait for ever, were it not read.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Log_DiskIsFull_ProcessGoesOnAndItIsToldOnce()
    {
        File.CreateSymbolicLink(_folder["node.log"], "/dev/full");
        await using var process = Start("seq 1 200000; seq 1 200000 >&2");

        await EndAsync(process);

        Assert.Equal((0, "200000"), (process.ExitCode, await process.LastLineAsync()));
        Assert.StartsWith("the log of node can't be written: ", Assert.Single(_errors.Lines), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Log_NobodyTakesIt_ProcessGoesOnAndEnds()
    {
        // A pipe that has a reader which doesn't read: writes to it block.
        await Tool.RunAsync("mkfifo", [_folder["node.log"]], cancellationToken: TestContext.Current.CancellationToken);
        using var reader = new FileStream(_folder["node.log"], FileMode.Open, FileAccess.ReadWrite);
        await using var process = Start("seq 1 500000");

        await EndAsync(process);

        Assert.Equal((0, "500000"), (process.ExitCode, await process.LastLineAsync()));
    }

    private static Task EndAsync(ChildProcess process) => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    private ChildProcess Start(string script) => ChildProcess.Start(Scripts.Spec(_folder, script), _errors, TimeProvider.System);

    private async Task LogSaysAsync(string text)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!File.Exists(_folder["node.log"]) || !(await File.ReadAllTextAsync(_folder["node.log"])).Contains(text, StringComparison.Ordinal))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
