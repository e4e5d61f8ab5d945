using ExpertCluster.Inference.Drafting;

namespace ExpertCluster.Inference.Tests.Drafting;

public sealed class DraftPolicyTests
{
    /// <summary>A period of 40: every ending is known, and 40 tokens can follow.</summary>
    private static readonly int[] Repeating = [.. Enumerable.Range(0, 600).Select(i => i % 40)];

    private readonly DraftPolicy _policy = new();

    [Fact]
    public void Next_WhileGuessesHold_GuessesMoreUpToABound()
    {
        List<int> lengths = [];
        for (int i = 0; i < 6; i++)
        {
            int drafted = _policy.Next(Repeating, 256).Length;
            lengths.Add(drafted);
            _policy.Checked(drafted, drafted, Repeating.Length);
        }

        Assert.Equal([2, 4, 8, 16, 16, 16], lengths);
    }

    [Fact]
    public void Next_GuessesFail_PausesLongerEachTime()
    {
        List<int> pauses = [];
        int length = 100;
        for (int i = 0; i < 6; i++)
        {
            int drafted = _policy.Next(Repeating.AsSpan(0, length), 256).Length;
            Assert.Equal(2, drafted);
            _policy.Checked(drafted, 0, length);
            int start = length;
            while (_policy.Next(Repeating.AsSpan(0, length), 256).Length == 0)
            {
                length++;
            }

            pauses.Add(length - start);
        }

        Assert.Equal([8, 16, 32, 64, 128, 128], pauses);
    }

    [Fact]
    public void Next_SomeGuessesHeld_GuessesThatMany()
    {
        _policy.Checked(2, 2, 10);
        _policy.Checked(4, 4, 10);
        _policy.Checked(8, 3, 10);

        Assert.Equal(3, _policy.Next(Repeating, 256).Length);
        Assert.Equal(1, _policy.Next(Repeating, 1).Length);
    }
}
