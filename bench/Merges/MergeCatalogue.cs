using System.Text;

namespace ExpertCluster.Bench.Merges;

/// <summary>One checkpoint as several bases, so that what differs between an expert alone and an ensemble of them is the way to the others alone.</summary>
internal static class MergeCatalogue
{
    public static string BaseName(int i) => FormattableString.Invariant($"base-{i}");

    /// <param name="checkpoint">A Hugging Face folder.</param>
    /// <param name="bases">How many.</param>
    /// <returns>The folder to give to routers and hosts.</returns>
    public static string Prepare(string checkpoint, int bases)
    {
        string folder = Directory.CreateDirectory(Path.Combine(ResultsFolder.Path, "merges")).FullName;
        var text = new StringBuilder("bases:\n");
        for (int i = 0; i < bases; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  - name: {BaseName(i)}\n    path: {checkpoint}\n");
        }

        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"experts:\n  - name: first\n    base: {BaseName(0)}\n");
        string config = Path.Combine(folder, FormattableString.Invariant($"experts-{bases}.yaml"));
        File.WriteAllText(config, text.ToString());
        return BenchModel.Prepare(config);
    }
}
