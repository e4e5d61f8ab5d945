using System.Numerics;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Checks options and data; every failure names the field, its value and the limit.</summary>
public static class GateTrainingValidator
{
    /// <summary>Most examples of one expert.</summary>
    public const int MaxExamples = 20_000;

    /// <summary>Most keywords of one expert.</summary>
    public const int MaxKeywords = 1_000;

    /// <summary>Longest prompt, answer or keyword, in UTF-16 units.</summary>
    public const int MaxLength = 8_192;

    /// <summary>Most experts of a set.</summary>
    public const int MaxExperts = GateLimits.Experts;

    public static IReadOnlyList<string> Validate(GateTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Range("documents_per_expert", options.DocumentsPerExpert, 10, 10_000);
        Range("compound_share", options.CompoundShare, 0, 20);
        Range("preamble_share", options.PreambleShare, 0, 1);
        Range("windows_per_document", options.WindowsPerDocument, 1, 64);
        Range("held_out_share", options.HeldOutShare, 0, 0.5);
        Range("epochs", options.Epochs, 1, 100);
        Range("rate", options.Rate, double.Epsilon, 10);
        Range("decay", options.Decay, 0, 1);
        Range("dense_classes", options.DenseClasses, 2, 1_000);
        Power("request_buckets", options.RequestBuckets);
        Power("token_buckets", options.TokenBuckets);
        Range("window", options.Window, 2, GateMetadataValidator.MaxWindow);
        Range("recent", options.Recent, 1, Math.Max(1, options.Window));
        return failures;

        // A NaN fails the comparison too.
        void Range(string field, double value, double low, double high)
        {
            if (!(value >= low && value <= high))
            {
                failures.Add(FormattableString.Invariant($"{field} is {value}; it must be from {low} to {high}"));
            }
        }

        void Power(string field, int value)
        {
            Range(field, value, 256, GateMetadataValidator.MaxBuckets);
            if (!BitOperations.IsPow2(value))
            {
                failures.Add($"{field} is {value}; it must be a power of two");
            }
        }
    }

    public static IReadOnlyList<string> Validate(GateTrainingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        List<string> failures = [];
        if (!set.Experts.Any(set.CanTeach))
        {
            failures.Add($"experts: none has examples or keywords{(set.Kind == GateKind.Ngrams ? "" : " or a description")}, so there is nothing to learn");
        }

        if (set.Kind != GateKind.Ngrams && set.Encoder is null)
        {
            failures.Add($"encoder is missing; a gate of kind {set.Kind} needs one");
        }

        if (set.Experts.Count > MaxExperts)
        {
            failures.Add($"experts has {set.Experts.Count} entries; at most {MaxExperts} are allowed");
        }

        if (set.Kind != GateKind.Ngrams && set.Experts.Count(set.CanTeach) is > GateLimits.MeaningExperts and var taught)
        {
            failures.Add($"experts has {taught} entries to learn; a gate of kind {set.Kind} learns at most {GateLimits.MeaningExperts}");
        }

        foreach (string name in set.Encodings.Keys)
        {
            int its = set.Experts.Count(e => e.Base == name && (set.CanTeach(e) || e.IsGeneralist));
            if (its > GateLimits.TokenGateExperts)
            {
                failures.Add($"base \"{name}\" has {its} experts; a token gate tells apart at most {GateLimits.TokenGateExperts}");
            }
        }

        foreach (string name in set.Experts.GroupBy(e => e.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            failures.Add($"experts: \"{name}\" is named twice");
        }

        foreach (string name in set.Experts.Select(e => e.Base).Concat(set.Encodings.Keys).Distinct().Where(b => !IsFileName(b)))
        {
            failures.Add($"base \"{name}\" can't name a folder: letters, digits, '.', '_' and '-' are allowed, up to 128, not '.' first");
        }

        foreach (var expert in set.Experts)
        {
            Check(expert, failures);
        }

        return failures;
    }

    private static void Check(GateExpert expert, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(expert.Name))
        {
            failures.Add("experts: a name is empty");
        }

        if (expert.Examples.Count > MaxExamples)
        {
            failures.Add($"{expert.Name}: {expert.Examples.Count} examples; at most {MaxExamples} are allowed");
        }

        if (expert.Keywords.Count > MaxKeywords)
        {
            failures.Add($"{expert.Name}: {expert.Keywords.Count} keywords; at most {MaxKeywords} are allowed");
        }

        IEnumerable<string> texts = [.. expert.Keywords, .. expert.Examples.SelectMany(e => new[] { e.Prompt, e.Answer ?? "-" })];
        if (texts.Any(string.IsNullOrWhiteSpace))
        {
            failures.Add($"{expert.Name}: an example or keyword is empty");
        }

        if (texts.Any(t => t.Length > MaxLength))
        {
            failures.Add($"{expert.Name}: an example or keyword is longer than {MaxLength}");
        }
    }

    private static bool IsFileName(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
