namespace ExpertCluster.Catalogue.Desired;

/// <summary>
/// What feedback teaches: a text belongs to whom its caller named, and where he named nobody and liked the answer, to whom the gate chose first. The others say who
/// is wrong, not who is right.
/// </summary>
public static class LessonRule
{
    /// <param name="named">Who should have answered; empty: the caller did not say.</param>
    /// <param name="good">Whether he liked the answer.</param>
    /// <param name="model">What the request named.</param>
    /// <param name="answered">The plan's experts, the largest weight first.</param>
    /// <param name="text">What the gate read; empty where it is not kept.</param>
    /// <returns>Null: it teaches nothing.</returns>
    public static GateLesson? Of(string named, bool good, string model, IReadOnlyList<string> answered, string text)
    {
        ArgumentNullException.ThrowIfNull(named);
        ArgumentNullException.ThrowIfNull(answered);
        string? expert = named.Length > 0 ? named : good && model == CatalogueFile.AutoModel && answered.Count > 0 ? answered[0] : null;
        return expert is not null && LineOf(text) is { Length: > 0 } line ? new GateLesson(expert, line) : null;
    }

    /// <summary>In one line, without tabs: what follows a tab is an answer.</summary>
    public static string LineOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
