using ExpertCluster.Inference.Drafting;

namespace ExpertCluster.Inference.Tests.Drafting;

public sealed class PromptLookupTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 5, 1, 2, 3 }, 2, new[] { 4, 5 })]
    [InlineData(new[] { 1, 2, 3, 4, 5, 1, 2, 3 }, 9, new[] { 4, 5, 1, 2, 3 })]
    [InlineData(new[] { 9, 2, 3, 7, 8, 2, 3 }, 2, new[] { 7, 8 })]
    [InlineData(new[] { 1, 2, 3, 4, 0, 1, 2, 3, 5, 0, 1, 2, 3 }, 1, new[] { 5 })]
    [InlineData(new[] { 7, 7, 7, 7 }, 4, new[] { 7 })]
    [InlineData(new[] { 1, 2, 3, 4, 5, 3 }, 4, new int[0])]
    [InlineData(new[] { 1, 2, 3, 1, 2, 3 }, 0, new int[0])]
    [InlineData(new[] { 1, 2, 3, 1, 2, 3 }, -1, new int[0])]
    [InlineData(new[] { 1 }, 4, new int[0])]
    public void Find_Ending_GivesWhatFollowedItLast(int[] tokens, int most, int[] expected) =>
        Assert.Equal(expected, PromptLookup.Find(tokens, most).ToArray());
}
