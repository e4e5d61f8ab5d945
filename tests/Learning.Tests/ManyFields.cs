using ExpertCluster.Gating.Tests.Support;

namespace ExpertCluster.Learning.Tests;

/// <summary>Experts by the dozen, each with words of its own and all with the same phrasings: enough for a gate that learns each class's own n-grams.</summary>
internal static class ManyFields
{
    public const int Count = 80;

    private static readonly string[] Phrasings =
        ["How does the {0} work with {1}?", "What is a {0} next to a {1}?", "Tell me of the {1} and the {0}.", "Why would {0} need {1}?", "Is {1} the same as {0}?", "Give me the {0} of {1}, please."];

    public static GateTrainingOptions Options { get; } = SmallWorld.Options with { DenseClasses = 8 };

    public static GateTrainingSet Set(int count = Count) => new() { Experts = [.. Enumerable.Range(0, count).Select(Expert)] };

    public static string NameOf(int field) => $"field-{field}";

    public static GateExpert Expert(int field) => new() { Name = NameOf(field), Base = SmallWorld.Base, Examples = [.. Enumerable.Range(0, 8).Select(i => new GateExample(Text(field, i)))] };

    /// <summary>That no example has.</summary>
    public static string HeldOut(int field) => Text(field, 11);

    private static string Text(int field, int i) =>
        string.Format(null, Phrasings[(i + (i / 6)) % Phrasings.Length], Word(field, i % 3), Word(field, 1 + (i % 2)));

    /// <summary>Of letters that the number gives.</summary>
    private static string Word(int field, int which)
    {
        DeterministicRandom random = new((ulong)((field * 3) + which));
        return string.Concat(Enumerable.Range(0, 3).Select(_ => $"{"bcdfghklmnprstvz"[random.Next(16)]}{"aeiou"[random.Next(5)]}"));
    }
}
