using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging.Sections;

/// <summary>
/// A question of several fields, answered field by field, in its own order: each part of it by whom the gate chooses for that part, whatever base or endpoint he is on. Parts that the
/// gate knows nobody for go with the part before.
/// </summary>
internal sealed class SectionsPolicy : IMergePolicy
{
    public const string Sections = "sections";

    /// <summary>The gate is asked twice for each joint.</summary>
    private const int MostJoints = 32;

    public string Name => Sections;

    public PlanDecision Plan(MergeContext context)
    {
        if (context.HasTools || context.HasStructure || context.HasEcho)
        {
            return PartialPlans.Alone(
                context, context.HasTools ? "calls of tools are read in one answer" : context.HasEcho ? "a prompt is scored by one expert" : "an answer of several sections has no form of its own");
        }

        if (context.Choose is not { } choose || context.Question.Length == 0)
        {
            return PartialPlans.Alone(context, "no gate reads the parts of the question");
        }

        int most = context.K ?? Contracts.Completions.RequestLimits.MostAtOnce;
        var parts = Join(Clauses(context.Question, choose), most);
        if (parts.Count < 2)
        {
            return PartialPlans.Alone(context, "the question is of one field");
        }

        var chosen = parts.Select(p => p.Of).DistinctBy(c => c.Expert.Name).ToList();
        return PlanDecision.Of(PartialPlans.Of(Sections, chosen, [.. parts.Select(p => PartialPlans.Part(p.Of) with { Question = p.Text.Trim() })]));
    }

    private static List<(string Text, Candidate? Of)> Clauses(string question, Func<string, Candidate?> choose)
    {
        int joints = 0;
        List<(string Text, Candidate? Of)> clauses = [];
        foreach (string sentence in QuestionSplitter.Sentences(question))
        {
            string rest = sentence;
            for (bool isSplit = true; isSplit && joints < MostJoints;)
            {
                isSplit = false;
                foreach (var (before, behind) in QuestionSplitter.Joints(rest))
                {
                    if (joints++ < MostJoints && choose(before) is { } one && choose(behind) is { } other && one.Expert.Name != other.Expert.Name)
                    {
                        clauses.Add((before, one));
                        (rest, isSplit) = (behind, true);
                        break;
                    }
                }
            }

            clauses.Add((rest, choose(rest)));
        }

        return clauses;
    }

    /// <summary>Neighbours of one expert as one part, and those of nobody with the one before, or behind the first.</summary>
    private static List<(string Text, Candidate Of)> Join(List<(string Text, Candidate? Of)> clauses, int most)
    {
        List<(string Text, Candidate Of)> parts = [];
        string before = "";
        foreach (var (text, of) in clauses)
        {
            if (parts.Count > 0 && (of is null || of.Value.Expert.Name == parts[^1].Of.Expert.Name || parts.Count == most))
            {
                parts[^1] = ($"{parts[^1].Text.TrimEnd()} {text}", parts[^1].Of);
            }
            else if (of is { } candidate)
            {
                parts.Add((before + text, candidate));
                before = "";
            }
            else
            {
                before += text;
            }
        }

        return parts;
    }
}
