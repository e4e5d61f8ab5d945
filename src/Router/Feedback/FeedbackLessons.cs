using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Feedback;

/// <summary>What feedback teaches a gate.</summary>
/// <param name="Lessons">A text each, the newest last; no more than a gate may have.</param>
/// <param name="PassedOver">Of experts that the catalogue doesn't have.</param>
internal sealed record FeedbackLessons(IReadOnlyList<GateLesson> Lessons, int PassedOver)
{
    /// <param name="newestFirst">What callers said.</param>
    /// <param name="since">Milliseconds of unix time; what was said before teaches nothing.</param>
    /// <param name="isExpert">Whether the gate may learn an expert of this name.</param>
    public static FeedbackLessons Of(IEnumerable<FeedbackEntry> newestFirst, long since, Func<string, bool> isExpert)
    {
        List<GateLesson> lessons = [];
        HashSet<string> texts = new(StringComparer.Ordinal);
        int passedOver = 0;
        int length = 0;
        foreach (var lesson in newestFirst.Where(e => e.AtUnixMs >= since).Select(e => LessonRule.Of(e.Expert, e.Good, e.Model, e.Answered, e.Text)).OfType<GateLesson>())
        {
            if (!isExpert(lesson.Expert))
            {
                passedOver++;
            }
            else if (lessons.Count < DesiredLimits.Lessons && length < DesiredLimits.LessonsLength && texts.Add(lesson.Text))
            {
                lessons.Add(lesson);
                length += lesson.Text.Length;
            }
        }

        lessons.Reverse();
        return new FeedbackLessons(lessons, passedOver);
    }
}
