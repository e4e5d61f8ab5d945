using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>
/// A request gate of many classes out of an earlier one: what is gone is taken out, what is new or changed is learned beside the others, whose weights, temperature
/// and floor stay as they are.
/// </summary>
internal static class NgramExtension
{
    /// <summary>Of all classes, that may have been learned beside others: then all are learned together again.</summary>
    private const double MostBeside = 0.1;

    /// <summary>At once; learning all together takes hardly longer.</summary>
    private const int MostAtOnce = 64;

    /// <returns>Null: all must be learned together.</returns>
    public static GateModel? Train(EarlierGates earlier, GateTrainingSet set, GateTrainingOptions options)
    {
        if (set.Kind != GateKind.Ngrams)
        {
            return null;
        }

        var classes = GateClass.OfRequest(set);
        string folder = GateFiles.RequestPath(earlier.Folder);
        try
        {
            var gate = GateFiles.ReadMetadata(folder, GateMetadata.RequestKind);
            var known = gate.Classes.ToHashSet(StringComparer.Ordinal);
            GateClass[] added = [.. classes.Where(c => !IsSame(c, earlier, known))];
            int beside = gate.LearnedBeside + added.Length;
            return Math.Min(gate.Classes.Count, classes.Count) <= options.DenseClasses || added.Length > MostAtOnce || beside > MostBeside * classes.Count
                || added.Any(c => c.IsGeneralist) || !classes.Any(c => c.Name == gate.Generalist)
                ? null
                : Extend(NgramIndexFile.Read(folder, gate), gate with { LearnedBeside = beside }, classes, added, options);
        }
        catch (GateFormatException)
        {
            // Damaged, or another version's.
            return null;
        }
    }

    /// <summary>A base that stands for a generalist that the catalogue lacks has no lesson of its own.</summary>
    private static bool IsSame(GateClass one, EarlierGates earlier, HashSet<string> known) =>
        known.Contains(one.Name) && (earlier.Experts.Contains(one.Name) || ReferenceEquals(one.Examples, GenericText.Examples));

    private static GateModel Extend(NgramIndex index, GateMetadata gate, IReadOnlyList<GateClass> classes, GateClass[] added, GateTrainingOptions options)
    {
        var byName = classes.Except(added).ToDictionary(c => c.Name, StringComparer.Ordinal);
        int[] kept = [.. gate.Classes.Index().Where(c => byName.ContainsKey(c.Item)).Select(c => c.Index)];
        List<GateClass> all = [.. kept.Select(of => byName[gate.Classes[of]])];
        if (kept.Length < gate.Classes.Count)
        {
            index = IndexEdits.Only(index, kept);
        }

        foreach (var one in added)
        {
            index = ClassAddition.Learn(index, all, one, options);
            all.Add(one);
        }

        var metadata = gate with { Classes = [.. all.Select(c => c.Name)], OtherGeneralists = [.. gate.OtherGeneralists.Where(byName.ContainsKey)] };
        return new GateModel(metadata, [], [], []) { Index = index };
    }
}
