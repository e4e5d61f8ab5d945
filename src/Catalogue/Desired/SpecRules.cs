using System.Globalization;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>What an expert of the API may say: the same as one of the file, told by field instead of by line.</summary>
internal static class SpecRules
{
    /// <returns>What is wrong with it; null: nothing that can be seen without its files.</returns>
    public static Failure? ProblemOf(ExpertSpec spec, CatalogueSnapshot catalogue) =>
        ProblemOfBase(spec.Base, catalogue)
        ?? ProblemOfPlace("adapter", spec.Adapter)
        ?? ProblemOfVersion("canary", spec.Canary, spec, least: 0)
        ?? ProblemOfVersion("shadow", spec.Shadow, spec, least: 1)
        ?? ProblemOfText("description", spec.Description, least: 0)
        ?? ProblemOfList("examples", spec.Examples, DesiredLimits.Examples, (field, text) => ProblemOfText(field, text) ?? ProblemOfLine(field, text))
        ?? ProblemOfList("keywords", spec.Keywords, CatalogueLimits.Keywords, (field, text) => ProblemOfText(field, text))
        ?? ProblemOfReplicas(spec.Replicas, spec.MaxReplicas)
        ?? ProblemOfHosts(spec.Hosts)
        ?? ProblemOfList("labels", spec.Labels, HostLabels.Most, (field, text) =>
            HostLabels.IsWellFormed(text) ? null : Failure.Invalid(field, $"{field} is '{Shown(text)}'; it must be {HostLabels.Form}"));

    public static Failure? ProblemOfName(string name) => SpecNames.IsWellFormed(name)
        ? null
        : Failure.Invalid("name", $"name '{Shown(name)}' must have {CatalogueFile.NameForm}, and not be '{CatalogueFile.AutoModel}'");

    public static Failure? ProblemOfReplicas(int replicas, int maximum) =>
        replicas is < 0 or > CatalogueLimits.Replicas ? Failure.Invalid("replicas", Range("replicas", replicas, 0))
        : maximum < Math.Max(1, replicas) || maximum > CatalogueLimits.Replicas ? Failure.Invalid("max_replicas", Range("max_replicas", maximum, Math.Max(1, replicas)))
        : null;

    public static Failure? ProblemOfHosts(IReadOnlyList<string> hosts) =>
        ProblemOfList("hosts", hosts, CatalogueLimits.Replicas, (field, text) => ProblemOfText(field, text));

    private static Failure? ProblemOfBase(string name, CatalogueSnapshot catalogue) => catalogue.FindBase(name) is not null
        ? null
        : Failure.Invalid("base", $"{(name.Length == 0 ? "base is missing; the bases are" : $"base '{Shown(name)}' is not one of the bases")}: {string.Join(", ", catalogue.Bases.Select(b => b.Name).Order(StringComparer.Ordinal))}");

    private static Failure? ProblemOfPlace(string field, string? place) => place is null ? null
        : ProblemOfText(field, place) is { } problem ? problem
        : SourceUri.Is(place) ? SourceUri.ProblemOf(place) is { } wrong ? Failure.Invalid(field, $"{field} {wrong}") : null
        : place.Any(char.IsControl) ? Failure.Invalid(field, $"{field} holds a control character")
        : null;

    private static Failure? ProblemOfVersion(string field, VersionSpec? version, ExpertSpec spec, int least) => version is null ? null
        : spec.Adapter is null ? Failure.Invalid(field, $"{field} stands beside no adapter; only an expert with an adapter of its own has versions")
        : ProblemOfPlace($"{field}.adapter", version.Adapter) is { } wrong ? wrong
        : version.Percent < least || version.Percent > 100
            ? Failure.Invalid($"{field}.percent", string.Create(CultureInfo.InvariantCulture, $"{field}.percent is {version.Percent}; it must be a whole number from {least} to 100"))
        : null;

    private static Failure? ProblemOfText(string field, string text, int least = 1) => text.Length < least || text.Length > CatalogueLimits.TextLength
        ? Failure.Invalid(field, $"{field} has {text.Length} characters; it must have {least} to {CatalogueLimits.TextLength}")
        : null;

    /// <summary>As the reader of example files sees it, which knows more ends of lines than one.</summary>
    private static Failure? ProblemOfLine(string field, string text)
    {
        int lines = 0;
        foreach (var _ in text.AsSpan().EnumerateLines())
        {
            lines++;
        }

        return lines != 1 || string.IsNullOrWhiteSpace(text) ? Failure.Invalid(field, $"{field} must be one line that is not blank")
            : text.AsSpan().Count('\t') > 1 ? Failure.Invalid(field, $"{field} has more than one tab, which stands between a prompt and its answer")
            : null;
    }

    private static Failure? ProblemOfList(string field, IReadOnlyList<string> texts, int most, Func<string, string, Failure?> problemOf)
    {
        if (texts.Count > most)
        {
            return Failure.Invalid(field, $"{field} has {texts.Count} entries; at most {most} are taken");
        }

        return texts.Select((text, i) => problemOf(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), text)).FirstOrDefault(problem => problem is not null);
    }

    private static string Range(string field, int value, int least) =>
        string.Create(CultureInfo.InvariantCulture, $"{field} is {value}; it must be a whole number from {least} to {CatalogueLimits.Replicas}");

    private static string Shown(string text)
    {
        string line = new([.. text.Take(64).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length <= line.Length ? line : line + "...";
    }
}
