using System.Text.Json;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class GateCommandTests : IDisposable
{
    private readonly FakeClusters _clusters = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _clusters.Dispose();
        _folder.Dispose();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("gate")]
    [InlineData("gate eval")]
    public async Task Gate_NoTerminal_IsBothSideBySide(string command)
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, [.. command.Split(' '), "--grpc-address", admin.Address]);

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            """
            GATE       REVISION      KIND     LESSONS  PERCENT  PLANNED  GOOD  BAD  FELLBACK  AGREED  DISAGREED  DROPPED  FAILED  HELD-OUT  REASON
            gate       0123456789ab  file     0        95       40       1     2    0         0       0          0        0       7/10      -
            candidate  -             stacked  12       5        2        0     1    1         30      8          0        0       9/10      no encoder

            """,
            run.Output.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Gate_Json_HasTheContractsFields()
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, "gate", "--json", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        var status = JsonDocument.Parse(run.Output.ToString()).RootElement;
        Assert.Equal(GateStatus.Descriptor.Fields.InDeclarationOrder().Select(f => f.Name), status.EnumerateObject().Select(p => p.Name));
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_Options_AreSentAndTheOutcomeTold()
    {
        await using var admin = await StartAsync();
        foreach (string command in (string[])["fit --percent 5 --kind stacked --since 2026-11-29T08:00Z --reason weekly --wait 3", "percent 50", "promote --force", "promote", "rollback"])
        {
            var run = new CommandRun(_clusters, ["gate", .. command.Split(' '), "--grpc-address", admin.Address]);
            Assert.Equal(0, await run.Code);
            Assert.Equal("gate: version 7 is served\ngate: as told\n", run.Output.ToString());
        }

        var fit = Assert.IsType<FitGateRequest>(admin.GateChanges[0]);
        Assert.Equal((5, "stacked", 1_795_939_200_000L, "weekly", 3), (fit.Percent, fit.Kind, fit.SinceUnixMs, fit.Options.Reason, fit.Options.WaitSeconds));
        Assert.Equal(50, Assert.IsType<ShiftGateRequest>(admin.GateChanges[1]).Percent);
        Assert.Equal([true, false], admin.GateChanges.OfType<PromoteGateRequest>().Select(p => p.Force));
        Assert.IsType<RollBackGateRequest>(admin.GateChanges[^1]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("gate", "fit", "--percent", "101")]
    [InlineData("gate", "fit", "--kind", "magic")]
    [InlineData("gate", "percent")]
    [InlineData("gate", "percent", "many")]
    [InlineData("gate", "percent", "-1")]
    public async Task Changes_WrongInput_IsRefused(params string[] command)
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, [.. command, "--grpc-address", admin.Address]);

        Assert.Equal(2, await run.Code);
        Assert.Empty(admin.GateChanges);
    }

    [Fact(Timeout = 60_000)]
    public async Task Promote_RouterRefuses_IsOneSentence()
    {
        await using var admin = await StartAsync();
        admin.Refusal = new Status(StatusCode.FailedPrecondition, "the candidate is worse: of 10 texts held out the stable gate chose 7 right, the candidate 6");

        var run = new CommandRun(_clusters, "gate", "promote", "--grpc-address", admin.Address);

        Assert.Contains("refuses: the candidate is worse: of 10 texts", await run.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Diff_TextsOfAFile_AreThoseThatGoElsewhere()
    {
        await using var admin = await StartAsync();
        await File.WriteAllLinesAsync(_folder["texts"], ["Who pays?", "", "Sort it", new string('x', 70)], TestContext.Current.CancellationToken);

        var run = new CommandRun(_clusters, "gate", "diff", _folder["texts"], "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            $"""
            GATE       CANDIDATE   TEXT
            law(0.75)  code(0.50)  Sort it
            law(0.75)  code(0.50)  {new string('x', 60)}...
            2 of 3 texts go to another expert

            """,
            run.Output.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Diff_NoFile_IsOfTheFeedbacksTexts()
    {
        await using var admin = await StartAsync();
        admin.Feedback.AddRange([new() { RequestId = "a", Text = "Sort\nit" }, new() { RequestId = "b", Text = "Who pays?" }, new() { RequestId = "c", Text = "Sort it" }, new() { RequestId = "d" }]);

        var run = new CommandRun(_clusters, "gate", "diff", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        Assert.Equal("1 of 2 texts go to another expert", run.Output.Lines[^1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Eval_LabelledTexts_IsHowOftenEachIsRight()
    {
        await using var admin = await StartAsync();
        await File.WriteAllLinesAsync(_folder["texts"], Enumerable.Range(0, 50).Select(i => i % 5 == 0 ? "law\tWho pays?" : "code\tSort it"), TestContext.Current.CancellationToken);

        var run = new CommandRun(_clusters, "gate", "eval", _folder["texts"], "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        Assert.Equal(["GATE", "TEXTS", "RIGHT", "SHARE", "95%"], Cells(run.Output.Lines[0]));
        Assert.Equal(["gate", "50", "10", "0.200"], Cells(run.Output.Lines[1])[..4]);
        Assert.Equal(["candidate", "50", "50", "1.000", "1.000..1.000"], Cells(run.Output.Lines[2]));
        Assert.Equal(["difference", "50", "40", "0.800"], Cells(run.Output.Lines[3])[..4]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("eval", "law Who pays?\n", "not an expert, a tab and a text")]
    [InlineData("eval", "\tWho pays?\n", "not an expert, a tab and a text")]
    [InlineData("eval", "\n", "has no lines")]
    [InlineData("diff", null, "there is no file")]
    [InlineData("eval", null, "there is no file")]
    public async Task Texts_FileThatIsNone_IsOneSentence(string command, string? content, string sentence)
    {
        await using var admin = await StartAsync();
        if (content is not null)
        {
            await File.WriteAllTextAsync(_folder["texts"], content, TestContext.Current.CancellationToken);
        }

        var run = new CommandRun(_clusters, "gate", command, _folder["texts"], "--grpc-address", admin.Address);

        Assert.Contains(sentence, await run.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Diff_NoCandidate_IsOneSentence()
    {
        await using var admin = await StartAsync();
        admin.Feedback.Add(new() { RequestId = "a", Text = "Sort it" });
        await File.WriteAllTextAsync(_folder["texts"], "Sort it\n", TestContext.Current.CancellationToken);
        admin.Refusal = new Status(StatusCode.FailedPrecondition, "this router has no candidate beside the gate that plans");

        var run = new CommandRun(_clusters, "gate", "diff", _folder["texts"], "--grpc-address", admin.Address);

        Assert.Contains("refuses: this router has no candidate", await run.RefusalAsync(), StringComparison.Ordinal);
    }

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<FakeAdmin> StartAsync()
    {
        var admin = await FakeAdmin.StartAsync();
        admin.Gate = new GateStatus
        {
            Stable = new GateVersionStatus { Revision = "0123456789abcdef", Percent = 95, Figures = new GateFigures { Planned = 40, Good = 1, Bad = 2 } },
            Candidate = new GateVersionStatus
            {
                Kind = "stacked",
                Lessons = 12,
                Percent = 5,
                Reason = "no encoder",
                Figures = new GateFigures { Planned = 2, Bad = 1, FellBack = 1, Agreed = 30, Disagreed = 8 },
            },
            Comparison = new GateComparison { HeldOut = 10, StableRight = 7, CandidateRight = 9 },
        };
        admin.Differs = text => new GateDifference
        {
            Stable = "law",
            Candidate = text == "Who pays?" ? "law" : "code",
            StableScores = { new GateScore { Name = "law", Probability = 0.75 } },
            CandidateScores = { new GateScore { Name = text == "Who pays?" ? "law" : "code", Probability = 0.5 } },
        };
        return admin;
    }
}
