using System.CommandLine;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Tests.CommandLine;

public sealed class CommandProgramTests : IDisposable
{
    private readonly Transcript _output = new();
    private readonly Transcript _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Run_CommandThatEnds_GivesItsCode() => Assert.Equal((7, "", ""), await RunAsync(() => 7, "go"));

    [Theory]
    [InlineData("go", "--nope")]
    [InlineData("go", "more")]
    [InlineData("nope")]
    [InlineData("go", "--n")]
    [InlineData("go", "--n", "abc")]
    [InlineData("go", "--n", "1", "--n", "2")]
    public async Task Run_WrongCommandLine_IsTwoAndSentencesWithoutHelp(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(() => 0, arguments);

        Assert.Equal((2, ""), (code, output));
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("Usage:", errors, StringComparison.Ordinal);
        Assert.Equal(_errors.Lines.Distinct(), _errors.Lines);
    }

    [Fact]
    public async Task Run_Help_IsNoError()
    {
        var (code, output, errors) = await RunAsync(() => 0, "go", "--help");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("--n", output, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> Failures => new((Exception[])[
        new FileNotFoundException("why"), new DirectoryNotFoundException("why"), new UnauthorizedAccessException("why"), new InvalidDataException("why"), new NotSupportedException("why")]);

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Run_FailureThatCanBeMended_IsTwoAndOneSentence(Exception failure) =>
        Assert.Equal((2, "", "why\n"), await RunAsync(() => throw failure, "go"));

    [Fact]
    public async Task Run_FailureOfOurs_IsOneAndItsStack()
    {
        var (code, _, errors) = await RunAsync(() => throw new InvalidOperationException("a bug"), "go");

        Assert.Equal(1, code);
        Assert.Contains("a bug", errors, StringComparison.Ordinal);
        Assert.Contains("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_IsOneAndNothingMore() => Assert.Equal((1, "", ""), await RunAsync(() => throw new OperationCanceledException(), "go"));

    private async Task<(int Code, string Output, string Errors)> RunAsync(Func<int> work, params string[] arguments)
    {
        Option<int> number = new("--n");
        NumberOption.Range(number, 1, 2);
        Command command = new("go") { number };
        command.SetAction(_ => work());
        int code = await CommandProgram.RunAsync(
            new RootCommand { command },
            arguments,
            error => error is NotSupportedException ? error.Message : null,
            new InvocationConfiguration { Output = _output, Error = _errors },
            TestContext.Current.CancellationToken);
        return (code, _output.ToString(), _errors.ToString());
    }
}
