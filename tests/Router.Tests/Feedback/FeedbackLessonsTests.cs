using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Feedback;

namespace ExpertCluster.Router.Tests.Feedback;

public sealed class FeedbackLessonsTests
{
    [Fact]
    public void Of_Feedback_IsATextEachTheNewestWordAndTheNewestLast()
    {
        var lessons = FeedbackLessons.Of(
            [Entry(9, "law", "rent"), Entry(8, "gone", "x"), Entry(7, "tax", "rent"), Entry(6, "tax", "vat"), Entry(5, "", "liked", good: true), Entry(4, "", "disliked"), Entry(3, "tax", "old")],
            since: 4,
            name => name != "gone");

        Assert.Equal([new GateLesson("code", "liked"), new GateLesson("tax", "vat"), new GateLesson("law", "rent")], lessons.Lessons);
        Assert.Equal(1, lessons.PassedOver);
    }

    [Fact]
    public void Of_MoreThanAGateLearns_IsTheNewest()
    {
        var lessons = FeedbackLessons.Of(Enumerable.Range(0, DesiredLimits.Lessons + 5).Select(i => Entry(100_000 - i, "law", $"text {i}")), 0, _ => true);

        Assert.Equal((DesiredLimits.Lessons, "text 0"), (lessons.Lessons.Count, lessons.Lessons[^1].Text));
    }

    private static FeedbackEntry Entry(long at, string expert, string text, bool good = false) =>
        new() { RequestId = $"{at}", AtUnixMs = at, Expert = expert, Text = text, Good = good, Model = "auto", Answered = ["code"] };
}
