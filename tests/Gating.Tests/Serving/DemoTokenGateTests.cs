using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;

namespace ExpertCluster.Gating.Tests.Serving;

/// <summary>The token gate on the demo's held-out answers, token by token.</summary>
public sealed class DemoTokenGateTests(DemoGates gates, ITestOutputHelper output) : IDisposable
{
    private readonly TokenGate _gate = TokenGate.Load(gates.Directory, "demo");

    [Theory]
    [InlineData("single", 0.99)]
    [InlineData("preamble", 0.97)]
    [InlineData("languages", 0.95)]
    [InlineData("general", 0.9)]
    public void Score_AnswerTokens_RanksTheFieldFirst(string set, double least) =>
        AtLeast(least, set, row => [.. Enumerable.Repeat(row.Domains[0], AnswerIds(row.Answer).Length + 1)]);

    /// <summary>
    /// The first tokens of such an answer can't be known: the window then holds only the end of the prompt, the other field's.
    /// </summary>
    [Fact]
    public void Score_CompoundAnswers_ChangesFieldWithTheHalf() =>
        AtLeast(0.85, "compound", row =>
        [
            .. Enumerable.Repeat(row.Domains[0], gates.Tokenizer.Encode(row.Halves![0]).Length),
            .. Enumerable.Repeat(row.Domains[1], gates.Tokenizer.Encode(" " + row.Halves[1]).Length + 1),
        ]);

    public void Dispose() => _gate.Dispose();

    private int[] AnswerIds(string answer) => gates.Tokenizer.Encode(answer);

    private void AtLeast(double least, string set, Func<EvaluationRow, string[]> owners)
    {
        int right = 0;
        int all = 0;
        foreach (var row in DemoGates.Rows(set))
        {
            int[] prompt = gates.Prompt(row.Prompt);
            int[] answer = row.Halves is { } halves
                ? [.. gates.Tokenizer.Encode(halves[0]), .. gates.Tokenizer.Encode(" " + halves[1])]
                : AnswerIds(row.Answer);
            int[] ids = [.. prompt, .. answer];
            string[] expected = owners(row);
            int[] windows = new int[expected.Length * _gate.Window];
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < _gate.Window; j++)
                {
                    int at = prompt.Length + i - _gate.Window + j;
                    windows[(i * _gate.Window) + j] = at < 0 ? -1 : ids[at];
                }
            }

            float[] scores = new float[expected.Length * _gate.Classes.Count];
            _gate.Score(windows, expected.Length, scores);
            for (int i = 0; i < expected.Length; i++)
            {
                float[] of = scores[(i * _gate.Classes.Count)..((i + 1) * _gate.Classes.Count)];
                if (_gate.Classes[Array.IndexOf(of, of.Max())] == expected[i])
                {
                    right++;
                }

                all++;
            }
        }

        output.WriteLine($"{set}: {(double)right / all:0.0000} of {all} tokens");
        Assert.True(right >= least * all, $"{set}: {(double)right / all}");
    }
}
