using System.Globalization;
using System.Text;
using ExpertCluster.Drills.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Starts;

/// <summary>A prepared catalogue of drawn experts: trained adapters under many names, no two of one content, one to three replicas, some without examples.</summary>
internal sealed class DrawnCatalogue : IDisposable
{
    private const int ExamplesEach = 12;
    private const int MostReplicas = 3;

    /// <summary>That gates learn: with hundreds it takes minutes to prepare a catalogue.</summary>
    private const int MostTaught = 12;

    private readonly TemporaryFolder _folder = new();

    private DrawnCatalogue(int experts) => Names = [.. Enumerable.Range(0, experts).Select(i => string.Create(CultureInfo.InvariantCulture, $"expert-{i}"))];

    public IReadOnlyList<string> Names { get; }

    public string Prepared => _folder["prepared"];

    public static async Task<DrawnCatalogue> PrepareAsync(Random draw, int experts)
    {
        var catalogue = new DrawnCatalogue(experts);
        string file = catalogue.Write(draw);
        await DrillCatalogue.PrepareAsync(file, catalogue.Prepared, TestContext.Current.CancellationToken);
        return catalogue;
    }

    public void Dispose() => _folder.Dispose();

    private string Write(Random draw)
    {
        var yaml = new StringBuilder($"bases:\n  - name: demo\n    path: {RepositoryRoot.Combine("models", "demo", "base")}\nexperts:\n");
        for (int i = 0; i < Names.Count; i++)
        {
            string name = Names[i];
            string adapter = Adapters.Trained[i % Adapters.Trained.Length];
            Adapters.Copy(adapter, _folder[name], (ushort)i);
            yaml.Append(CultureInfo.InvariantCulture, $"  - name: {name}\n    base: demo\n    adapter: {name}\n    replicas: {draw.Next(1, MostReplicas + 1)}\n");

            // The first always, as there is no gate where nothing is to be learned.
            if (i == 0 || (i < MostTaught && draw.Next(3) > 0))
            {
                string[] all = [.. Adapters.Examples(adapter, int.MaxValue)];
                int from = i * ExamplesEach % (all.Length - ExamplesEach);
                File.WriteAllLines(_folder[name + ".txt"], all[from..(from + ExamplesEach)]);
                yaml.Append(CultureInfo.InvariantCulture, $"    examples: {name}.txt\n");
            }
        }

        File.WriteAllText(_folder["experts.yaml"], yaml.ToString());
        return _folder["experts.yaml"];
    }
}
