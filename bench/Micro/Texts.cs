namespace ExpertCluster.Bench.Micro;

/// <summary>What gates and tokenizers are given.</summary>
internal static class Texts
{
    /// <summary>As long as the gates read of a text: 4,096 UTF-16 units.</summary>
    private const int LongLength = 4096;

    public const string Short = "Under the Stenkre lease, which court decides?";

    public static string Long { get; } = Repeat(
        "The bakery was cold in the morning, so Ingrid stayed at home. The head office of Lonfunr Ltd is in Riga. स्टेशन सुंदर है। 總部在 Quito。 ");

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, (LongLength / text.Length) + 1))[..LongLength];
}
