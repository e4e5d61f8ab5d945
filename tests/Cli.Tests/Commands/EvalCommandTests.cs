using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eval_Table_HasARowAStrategyAndAColumnASet()
    {
        await using var router = await FakeRouter.StartAsync(_ => [new CompleteChunk { Text = "nothing that is right" }]);
        using var clusters = new FakeClusters(router.Port);

        var run = new CommandRun(clusters, "eval", "--limit", "1", "--only", "MIX", "--http", "0", "--hosts", "1");

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            """
            | strategy | single (1) | compound (1) | preamble (1) | languages (1) | general (1) | newwords (1) | newcompound (1) | topics (1) | followups (1) | greetings (1) |
            |---|---|---|---|---|---|---|---|---|---|---|
            | `mix` of 2, request scope | 0.000 | 0.000 (0.00 / 0.00) | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 (0.00 / 0.00) | 0.000 | 0.000 | 0.000 |
            | `mix` of 2, token scope | 0.000 | 0.000 (0.00 / 0.00) | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 (0.00 / 0.00) | 0.000 | 0.000 | 0.000 |

            """,
            run.Output.ToString());
        Assert.Equal(20, router.Asked.Count);
    }

    [Fact]
    public async Task Eval_Limit_SpreadsOverTheSet()
    {
        await using var router = await FakeRouter.StartAsync(_ => [new CompleteChunk { Text = "?" }]);
        using var clusters = new FakeClusters(router.Port);
        WriteCatalogue(specialists: 3, cases: 6);

        var run = new CommandRun(clusters, "eval", "--limit", "3", "--only", "generalist", "--http", "0", "--hosts", "1", "--config", _folder["experts.yaml"]);

        Assert.Equal(0, await run.Code);
        Assert.Equal(["0", "2", "4"], router.Asked.Select(r => r.Messages.Messages_.Single().Content).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("all")]
    [InlineData("2147483648")]
    public async Task Eval_LimitThatIsNone_IsRefused(string value)
    {
        using var clusters = new FakeClusters();

        string line = await new CommandRun(clusters, "eval", "--limit", value).RefusalAsync();

        Assert.Equal($"--limit is '{value}'; it must be a whole number from 1 to 2147483647", line);
    }

    [Fact]
    public async Task Eval_OnlyMatchesNothing_IsRefusedBeforeAnythingStarts()
    {
        using var clusters = new FakeClusters();

        string line = await new CommandRun(clusters, "eval", "--only", "cascade").RefusalAsync();

        Assert.Equal("--only is 'cascade'; no strategy's name contains it", line);
        Assert.Null(clusters.Config);
    }

    [Fact]
    public async Task Eval_CatalogueTooSmall_IsRefusedBeforeAnythingStarts()
    {
        using var clusters = new FakeClusters();
        WriteCatalogue(specialists: 2, cases: 1);

        string line = await new CommandRun(clusters, "eval", "--config", _folder["experts.yaml"]).RefusalAsync();

        Assert.EndsWith("an evaluation needs a gated expert without an adapter and at least 3 with one; it has 2", line, StringComparison.Ordinal);
        Assert.Null(clusters.Config);
    }

    [Theory]
    [InlineData(0, "has no cases")]
    [InlineData(null, "compound.jsonl")]
    public async Task Eval_SetEmptyOrMissing_IsRefusedBeforeAnythingStarts(int? cases, string named)
    {
        using var clusters = new FakeClusters();
        WriteCatalogue(specialists: 3, cases ?? 1);
        if (cases is null)
        {
            File.Delete(_folder["eval/compound.jsonl"]);
        }

        string line = await new CommandRun(clusters, "eval", "--config", _folder["experts.yaml"]).RefusalAsync();

        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Null(clusters.Config);
    }

    private void WriteCatalogue(int specialists, int cases)
    {
        string Expert(string name, string more) => $"  - name: {name}\n    base: b\n{more}    description: d\n    examples: examples.txt\n";
        string[] fields = ["law", "code", "finance"];
        Array.ForEach([.. fields, "base"], name => Directory.CreateDirectory(_folder[name]));
        File.WriteAllText(_folder["examples.txt"], string.Concat(Enumerable.Range(0, 50).Select(i => $"example {i}\n")));
        File.WriteAllText(
            _folder["experts.yaml"],
            $"bases:\n  - name: b\n    path: base\nexperts:\n{Expert("general", "")}{string.Concat(fields.Take(specialists).Select(f => Expert(f, $"    adapter: {f}\n")))}");
        Directory.CreateDirectory(_folder["eval"]);
        foreach (string set in (string[])["single", "compound", "preamble", "languages", "general", "newwords", "newcompound", "topics", "followups", "greetings"])
        {
            File.WriteAllLines(_folder[$"eval/{set}.jsonl"], Enumerable.Range(0, cases).Select(i => $$"""{"prompt":"{{i}}","answer":"!","domains":["law"]}"""));
        }
    }
}
