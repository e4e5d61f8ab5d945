using ExpertCluster.Inference.Drafting;

namespace ExpertCluster.Inference.Tests.Drafting;

public sealed class DraftPolicyTests
{
    /// <summary>A period of 40: every ending is known, and 40 tokens can follow.</summary>
    private static readonly int[] Repeating = [.. Enumerable.Range(0, 600).Select(i => i % 40)];

    private readonly DraftPolicy _policy = new([], 0);

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

    [Fact]
    public void Next_WithAGuess_FollowsItAsFarAsTheAnswerDoes()
    {
        DraftPolicy policy = new([10, 11, 12, 13, 14], promptLength: 2);

        Assert.Equal([10, 11, 12], policy.Next([1, 2], 3).ToArray());
        Assert.Equal([12, 13, 14], policy.Next([1, 2, 10, 11], 16).ToArray());
        policy.Checked(3, 0, 4);
        Assert.Equal([12, 13, 14], policy.Next([1, 2, 10, 11], 16).ToArray());
        Assert.Empty(policy.Next([1, 2, 10, 11, 12, 13, 14], 16).ToArray());
    }

    [Fact]
    public void Next_BehindADifference_LooksTheGuessUp()
    {
        DraftPolicy policy = new([10, 11, 12, 13, 14], promptLength: 2);

        Assert.Equal([13, 14], policy.Next([1, 2, 99, 11, 12], 16).ToArray());
        Assert.Empty(policy.Next([1, 2, 99, 98], 16).ToArray());
    }

    [Fact]
    public void Next_WithAGuessWithinAPromptThatIsRead_GuessesNothingOfIt() => Assert.Equal([10], new DraftPolicy([10], promptLength: 2).Next([1, 2], 4).ToArray());
}
