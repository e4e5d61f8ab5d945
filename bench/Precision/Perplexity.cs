using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;

namespace ExpertCluster.Bench.Precision;

/// <summary>exp of the mean of -log p(token | those before it), as the runner that serves computes it.</summary>
/// <param name="All">Over every token but the first of a dialogue.</param>
/// <param name="Answers">Over the tokens of the answers.</param>
internal readonly record struct Perplexity(double All, double Answers)
{
    /// <summary>Reads whole dialogues, as many in a step as it holds rows and slots for.</summary>
    public static Perplexity Of(FlatStepRunner runner, IReadOnlyList<Dialogue> dialogues)
    {
        var batch = new StepBatch(runner.MaxRows, runner.MaxRows, runner.AdaptersPerRow, runner.Vocabulary);
        batch.AdapterIndex.AsSpan().Fill(-1);
        var all = new Mean();
        var answers = new Mean();
        for (int done = 0; done < dialogues.Count;)
        {
            int count = Fill(batch, dialogues.Skip(done).Take(runner.Slots));
            if (count == 0)
            {
                throw new InvalidDataException($"A dialogue has {dialogues[done].Tokens.Length} tokens; a step takes {runner.MaxRows}.");
            }

            runner.Run(batch);
            int row = 0;
            foreach (var dialogue in dialogues.Skip(done).Take(count))
            {
                for (int i = 1; i < dialogue.Tokens.Length; i++)
                {
                    double loss = Loss(batch.LogitsOf(row + i - 1), dialogue.Tokens[i]);
                    all.Add(loss);
                    if (i >= dialogue.AnswerStart)
                    {
                        answers.Add(loss);
                    }
                }

                row += dialogue.Tokens.Length;
            }

            done += count;
        }

        return new Perplexity(Math.Exp(all.Value), Math.Exp(answers.Value));
    }

    /// <returns>How many dialogues fit; each has a slot of its own.</returns>
    private static int Fill(StepBatch batch, IEnumerable<Dialogue> dialogues)
    {
        int slot = 0;
        int row = 0;
        foreach (var dialogue in dialogues.TakeWhile(d => row + d.Tokens.Length <= batch.InputIds.Length))
        {
            for (int i = 0; i < dialogue.Tokens.Length; i++, row++)
            {
                (batch.InputIds[row], batch.Slots[row], batch.Positions[row], batch.OutputRows[row]) = (dialogue.Tokens[i], slot, i, row);
            }

            slot++;
        }

        (batch.RowCount, batch.OutputCount) = (row, row);
        return slot;
    }

    private static double Loss(ReadOnlySpan<float> logits, int token)
    {
        double largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum) - logits[token];
    }

    private sealed class Mean
    {
        private double _sum;
        private long _count;

        public double Value => _sum / _count;

        public void Add(double value) => (_sum, _count) = (_sum + value, _count + 1);
    }
}
