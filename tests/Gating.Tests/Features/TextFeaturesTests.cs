using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Features;

public class TextFeaturesTests
{
    private const int Buckets = 1 << 16;

    [Fact]
    public void Extract_OtherCaseAndOtherDigits_GivesTheSameFeatures() =>
        Assert.Equal(Of("What is Clause 12.5?"), Of("WHAT IS clause 98.7?"));

    [Fact]
    public void Extract_OtherWordOrder_GivesOtherPairs() =>
        Assert.NotEqual(Of("dog bites man"), Of("man bites dog"));

    [Theory]
    [InlineData("每日劑量是多少", "每日劑量")]
    [InlineData("दैनिक खुराक कितनी है", "दैनिक खुराक")]
    public void Extract_AnyScript_SharesFeaturesWithItsParts(string text, string part)
    {
        var whole = Of(text);
        var few = Of(part);
        Assert.True(few.Count(whole.Contains) >= few.Count * 3 / 4);
        Assert.True(few.Count >= 6);
    }

    [Fact]
    public void Extract_Ideographs_NeedNoSpaces() => Assert.Equal(Of("公司 總部"), Of("公司總部"));

    [Fact]
    public void Extract_TextPastTheLimit_ReadsHeadAndTailOnly()
    {
        string head = "alpha " + new string('x', TextWindow.Head);
        string tail = new string('y', TextWindow.Tail) + " omega";
        string one = head + "middle one" + tail;
        string two = head + "zzz 77 @@@ something else altogether" + tail;
        Assert.Equal(Of(one), Of(two));
        Assert.Contains(Of("alpha").First(), Of(one));
        Assert.Contains(Of("omega").First(), Of(one));
    }

    [Fact]
    public void Extract_SurrogatePairAtTheCut_IsNotSplit()
    {
        string text = new string('a', TextWindow.Head - 1) + "😀" + new string('b', TextWindow.Tail * 2);
        (int head, int tail) = TextWindow.Of(text);
        Assert.Equal(TextWindow.Head - 1, head);
        Assert.Equal(TextWindow.Tail, text.Length - tail);
    }

    [Fact]
    public void Extract_LongestText_StaysWithinItsLimit()
    {
        string text = string.Concat(Enumerable.Range(0, 4096).Select(i => (char)(0x0430 + (i * 7919 % 600))));
        FeatureBag bag = new(TextFeatures.Limit);
        new TextFeatures(1 << 20).Extract(text, bag);
        Assert.InRange(bag.Count, 1000, TextFeatures.Limit - 1);
    }

    [Fact]
    public void Extract_UnpairedSurrogatesAndControls_GivesFeaturesWithoutError() => Assert.NotEmpty(Of("\ud800 a \0 \udfff"));

    [Fact]
    public void Extract_SameTextTwice_LeavesNothingBehind()
    {
        TextFeatures features = new(Buckets);
        FeatureBag bag = new(TextFeatures.Limit);
        features.Extract("one two three", bag);
        int[] first = bag.Buckets.ToArray();
        features.Extract("something else entirely, and longer than the first", bag);
        features.Extract("one two three", bag);
        Assert.Equal(first, bag.Buckets.ToArray());
    }

    private static HashSet<int> Of(string text)
    {
        FeatureBag bag = new(TextFeatures.Limit);
        new TextFeatures(Buckets).Extract(text, bag);
        return [.. bag.Buckets];
    }
}
