using ExpertCluster.Text.Tokenization.Merging;

namespace ExpertCluster.Text.Tests.Tokenization.Merging;

public sealed class PairMergerTests
{
    [Fact]
    public void Merge_RandomTables_EqualsThePlainAlgorithm()
    {
        var random = new Random(9);
        for (int round = 0; round < 500; round++)
        {
            var table = new MergeTable(16);
            for (int rank = 0; rank < 30; rank++)
            {
                table.Add(random.Next(4 + rank), random.Next(4 + rank), rank, 4 + rank);
            }

            List<int> symbols = [.. Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(4))];

            List<int> merged = [];
            PairMerger.Merge(symbols, table, merged, CancellationToken.None);

            Assert.Equal(Plainly(symbols, table), merged);
        }
    }

    [Fact]
    public void Merge_Cancelled_Stops()
    {
        var table = new MergeTable(1);
        table.Add(1, 1, 0, 2);

        Assert.Throws<OperationCanceledException>(
            () => PairMerger.Merge([1, 1], table, [], new CancellationToken(canceled: true)));
    }

    private static List<int> Plainly(List<int> symbols, MergeTable table)
    {
        List<int> word = [.. symbols];
        while (true)
        {
            var best = (Rank: int.MaxValue, At: -1, Result: 0);
            for (int i = 0; i + 1 < word.Count; i++)
            {
                if (table.TryGet(word[i], word[i + 1], out var merge) && merge.Rank < best.Rank)
                {
                    best = (merge.Rank, i, merge.Result);
                }
            }

            if (best.At < 0)
            {
                return word;
            }

            word[best.At] = best.Result;
            word.RemoveAt(best.At + 1);
        }
    }
}
