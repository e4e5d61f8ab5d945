using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>A catalogue file of its own folder, below which lie the adapters that the admin API names while the drill runs.</summary>
internal sealed class LivingCatalogue : IDisposable
{
    /// <summary>The file's experts; two replicas each.</summary>
    public static readonly string[] Experts = ["general", "law", "finance"];

    private const int ExamplesEach = 120;

    private readonly TemporaryFolder _folder = new();
    private ushort _contents;

    public LivingCatalogue()
    {
        string models = RepositoryRoot.Combine("models", "demo");
        foreach (string expert in Experts)
        {
            File.WriteAllLines(_folder[expert + ".txt"], Adapters.Examples(expert, ExamplesEach));
        }

        string experts = string.Concat(Experts.Select(expert =>
            $"  - name: {expert}\n    base: demo\n{(expert == "general" ? "" : $"    adapter: {models}/adapters/{expert}\n")}    examples: {expert}.txt\n    replicas: 2\n"));
        File.WriteAllText(Path, $"bases:\n  - name: demo\n    path: {models}/base\nexperts:\n{experts}");
    }

    public string Path => _folder["experts.yaml"];

    /// <summary>A content that was not there before, of a trained adapter.</summary>
    /// <returns>As the admin API names it.</returns>
    public string NewAdapter(string adapter)
    {
        string name = FormattableString.Invariant($"adapters/{adapter}-{++_contents}");
        Adapters.Copy(adapter, _folder[name], _contents);
        return name;
    }

    public void Dispose() => _folder.Dispose();
}
