using System.Globalization;

namespace ExpertCluster.Router.Options;

/// <summary>Names in a setting: "answering, uncrowded", and with weights "prompt=1, load=0.5".</summary>
internal static class NameList
{
    private const double MostWeight = 1000;

    /// <summary>In their order.</summary>
    public static IReadOnlyList<string> Names(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>In their order; the text has no <see cref="WeightProblem"/>.</summary>
    public static IReadOnlyList<(string Name, double Weight)> Weighted(string text) => [.. Names(text).Select(part => Split(part)!.Value)];

    /// <summary>A name that stands there twice; null where none does.</summary>
    public static string? Twice(string text) => Names(text).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;

    /// <summary>What is wrong with a list of weights; null: nothing.</summary>
    public static string? WeightProblem(string text)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string part in Names(text))
        {
            if (Split(part) is not var (name, weight))
            {
                return $"has '{part}'; each part must be name=weight";
            }

            if (!(Math.Abs(weight) <= MostWeight))
            {
                return FormattableString.Invariant($"gives {name} the weight {weight}; it must be from {-MostWeight} to {MostWeight}");
            }

            if (!seen.Add(name))
            {
                return $"names {name} twice";
            }
        }

        return null;
    }

    private static (string Name, double Weight)? Split(string part) =>
        part.Split('=', StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var number] && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
            ? (name, weight)
            : null;
}
