using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Learning;
using ExpertCluster.Models.Import;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A prepared folder with a base of random weights, adapters of it, and gates that know two of its experts; made once.</summary>
public sealed class SmallModels : IDisposable
{
    public const string Base = "small";

    private static readonly (string Name, string[] Texts)[] Fields =
    [
        ("law", ["Who signs the lease?", "May the tenant sublet?", "Is the contract void?", "What does the clause say?"]),
        ("tax", ["When is the return due?", "Which rate applies to interest?", "Can I deduct the car?", "Who pays the levy?"]),
    ];

    private readonly TemporaryFolder _folder = new();

    public SmallModels()
    {
        string checkpoint = RandomCheckpoint.Write(_folder["checkpoint"], RandomCheckpoint.Shape);
        BaseFolder = Publish(PreparedFolder.Bases, draft => ModelImporter.Import(checkpoint, draft, new ImportOptions()));
        Law = Publish(PreparedFolder.Adapters, draft => RandomAdapter.Write(draft, RandomCheckpoint.Shape, seed: 2));
        Tax = Publish(PreparedFolder.Adapters, draft => RandomAdapter.Write(draft, RandomCheckpoint.Shape, seed: 3));
        Misfit = Publish(PreparedFolder.Adapters, draft => RandomAdapter.Write(draft, RandomCheckpoint.Shape with { Hidden = 32 }, seed: 4));
        Gates = Publish(PreparedFolder.Gates, Train);
        Catalogue.Save(Path);
        Model = ImportedModel.Open(BaseFolder.Location, verifyContent: false);
    }

    /// <summary>The folder that a host is given.</summary>
    public string Path => _folder["prepared"];

    public PreparedFolder BaseFolder { get; }

    public PreparedFolder Law { get; }

    public PreparedFolder Tax { get; }

    /// <summary>Of another base's size.</summary>
    public PreparedFolder Misfit { get; }

    public PreparedFolder Gates { get; }

    public ImportedModel Model { get; }

    /// <summary>One base, itself an expert, and two experts with adapters.</summary>
    public PreparedCatalogue Catalogue => CatalogueOf(Alone(Base), Expert("law", Law), Expert("tax", Tax));

    public PreparedCatalogue CatalogueOf(params PreparedExpert[] experts) => new()
    {
        Bases = [.. experts.Select(e => e.Base).Distinct().Select(name => new PreparedBase(name, BaseFolder, HasTokenGate: name == Base))],
        Experts = experts,
        Gates = Gates,
    };

    /// <summary>Bases alone, each on as many hosts as placement says.</summary>
    public CatalogueSnapshot Placed(long version, params string[] bases)
    {
        var made = CatalogueOf([.. bases.Select(name => Alone(name))]);
        return new(version, made with { Bases = [.. made.Bases.Select(b => b with { Replicas = 1 })] });
    }

    public CatalogueSnapshot Version(long version, params PreparedExpert[] experts) => new(version, CatalogueOf(experts));

    public static PreparedExpert Alone(string name, int replicas = 1) => new() { Name = name, Base = name, Replicas = replicas };

    public static PreparedExpert Expert(string name, PreparedFolder? adapter, string baseName = Base, int replicas = 1) =>
        new() { Name = name, Base = baseName, Adapter = adapter, Gated = true, Replicas = replicas };

    /// <summary>As <see cref="Law"/>, and one of its files isn't what was prepared.</summary>
    public PreparedFolder Damaged(string name)
    {
        string draft = _folder["damaged-" + name];
        RandomAdapter.Write(draft, RandomCheckpoint.Shape, seed: 5);
        var files = Directory.EnumerateFiles(draft).Select(f => PreparedFile.Describe(f, System.IO.Path.GetFileName(f))).ToList();
        var folder = PreparedFolder.Of(PreparedFolder.Adapters, files) with { Root = _folder["of-" + name] };
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder.Location)!);
        Directory.Move(draft, folder.Location);
        File.AppendAllText(System.IO.Path.Combine(folder.Location, "adapter_config.json"), " ");
        return folder;
    }

    public void Dispose() => _folder.Dispose();

    private PreparedFolder Publish(string kind, Action<string> write)
    {
        string draft = _folder[$"draft-{Guid.NewGuid():N}"];
        write(draft);
        var files = Directory.EnumerateFiles(draft, "*", SearchOption.AllDirectories)
            .Select(f => PreparedFile.Describe(f, System.IO.Path.GetRelativePath(draft, f).Replace('\\', '/'))).ToList();
        var folder = PreparedFolder.Of(kind, files) with { Root = Path };
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder.Location)!);
        Directory.Move(draft, folder.Location);
        return folder;
    }

    private static void Train(string directory)
    {
        var chat = new ChatEncoding(Encode, Encode);
        GateTrainer.Train(
            new GateTrainingSet
            {
                Experts = [.. Fields.Select(f => new GateExpert { Name = f.Name, Base = Base, Examples = Examples(f.Texts) })],
                Encodings = new Dictionary<string, ChatEncoding> { [Base] = chat },
            },
            directory,
            new GateTrainingOptions { DocumentsPerExpert = 40, RequestBuckets = 4096, TokenBuckets = 2048 });
    }

    private static GateExample[] Examples(string[] texts) =>
        [.. texts.SelectMany(t => Enumerable.Range(0, 8).Select(i => new GateExample($"{t} Case {i}.", $"In case {i}: {t}")))];

    /// <summary>The bytes are the tokenizer's last 256 tokens.</summary>
    private static int[] Encode(string text) => [.. text.Select(c => RandomCheckpoint.Shape.Vocabulary - 256 + (c & 0x7F))];
}
