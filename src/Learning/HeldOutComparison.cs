using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Learning;

/// <summary>
/// Compares two recipes for a request gate: of what the candidate's is taught a fifth is held out, by the texts' hashes, both are taught the rest of their
/// own lessons, and both choose for each text held out.
/// </summary>
public static class HeldOutComparison
{
    /// <summary>Texts that are held out at most: of so many a share is known within two points.</summary>
    public const int MostTexts = 2_000;

    /// <summary>One of so many texts of an expert is held out; one that has fewer lends none.</summary>
    private const int Share = 5;

    /// <param name="stable">What the gate that plans is taught; null: there is none, and it chooses nothing right.</param>
    /// <param name="candidate">What the other one is taught: what the first is, and more, or by another kind.</param>
    /// <param name="workspace">A folder to put both into; it is left there.</param>
    /// <param name="put">Gives a file a second place; null: copies it.</param>
    /// <exception cref="ArgumentException">A set breaks a limit.</exception>
    /// <exception cref="Gating.GateFormatException">An encoder is none.</exception>
    public static GateComparison Run(GateTrainingSet? stable, GateTrainingSet candidate, string workspace, Action<string, string>? put = null)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        var held = HeldOut(stable, candidate);
        var texts = held.SelectMany(h => h.Texts).ToHashSet(StringComparer.Ordinal);
        var generalists = candidate.Experts.Where(e => e.IsGeneralist).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        return new GateComparison(
            texts.Count,
            stable is null ? 0 : Right(Without(stable, texts), Path.Combine(workspace, "stable")),
            Right(Without(candidate, texts), Path.Combine(workspace, "candidate")));

        int Right(GateTrainingSet set, string folder)
        {
            if (texts.Count == 0 || !set.Experts.Any(set.CanTeach))
            {
                return 0;
            }

            GateTrainer.Train(set with { Encodings = new Dictionary<string, ChatEncoding>() }, folder, options: null, put);
            using var gate = RequestGate.Load(folder);
            return held.Sum(h => h.Texts.Count(text => IsRight(gate, text, h.Expert)));
        }

        bool IsRight(RequestGate gate, string text, GateExpert expert)
        {
            var scores = gate.Score(text);
            string choice = scores.Choice();
            return choice == expert.Name || (expert.IsGeneralist && (choice == scores.Generalist || generalists.Contains(choice)));
        }
    }

    /// <summary>By expert. A text that two experts have is held out of none: nobody knows whose it is.</summary>
    private static List<(GateExpert Expert, IReadOnlyList<string> Texts)> HeldOut(GateTrainingSet? stable, GateTrainingSet candidate)
    {
        var owners = candidate.Experts.SelectMany(e => e.Examples.Select(x => x.Prompt).Distinct(StringComparer.Ordinal)).CountBy(text => text).ToDictionary(StringComparer.Ordinal);
        var known = stable?.Experts.ToDictionary(e => e.Name, e => e.Examples.Select(x => x.Prompt).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal) ?? [];
        List<(GateExpert Expert, string Text, ulong Hash)> all = [];
        foreach (var expert in candidate.Experts)
        {
            (string Text, ulong Hash)[] own = [.. expert.Examples.Select(e => e.Prompt).Where(text => owners[text] == 1).Distinct(StringComparer.Ordinal)
                .Select(text => (text, HashOf(text))).OrderBy(t => t.Item2).ThenBy(t => t.text, StringComparer.Ordinal)];
            var held = own.Take(own.Length / Share).ToList();

            // All that the stable gate knows an expert by is not taken away from it.
            if (known.GetValueOrDefault(expert.Name) is { Count: > 0 } its && its.IsSubsetOf(held.Select(h => h.Text)))
            {
                held.RemoveAll(h => its.Contains(h.Text));
            }

            all.AddRange(held.Select(h => (expert, h.Text, h.Hash)));
        }

        return [.. all.OrderBy(t => t.Hash).Take(MostTexts).GroupBy(t => t.Expert, t => t.Text).Select(g => (g.Key, (IReadOnlyList<string>)[.. g]))];
    }

    private static GateTrainingSet Without(GateTrainingSet set, HashSet<string> texts) =>
        set with { Experts = [.. set.Experts.Select(e => e with { Examples = [.. e.Examples.Where(x => !texts.Contains(x.Prompt))] })] };

    private static ulong HashOf(string text) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
