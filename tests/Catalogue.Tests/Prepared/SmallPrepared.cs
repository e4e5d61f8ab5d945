using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Prepared;

/// <summary>A prepared folder with one base, one adapter and gates, of small texts in place of models.</summary>
internal sealed class SmallPrepared : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public SmallPrepared()
    {
        Base = Write(PreparedFolder.Bases, ("weights.bin", "twelve bytes"), ("tokenizer.json", "{}"));
        Adapter = Write(PreparedFolder.Adapters, ("adapter_config.json", "{\"r\": 4}"), ("adapter_model.safetensors", "tensors"));
        Canary = Write(PreparedFolder.Adapters, ("adapter_config.json", "{\"r\": 8}"), ("adapter_model.safetensors", "other tensors"));
        Gates = Write(PreparedFolder.Gates, ("request/gate.onnx", "of all"), ("request/gate.json", "{}"), ("token/small/gate.onnx", "of one"));
        Catalogue.Save(Path);
    }

    public string Path => _temporary["prepared"];

    public PreparedFolder Base { get; }

    public PreparedFolder Adapter { get; }

    /// <summary>Another content of the adapter, for whoever wants versions.</summary>
    public PreparedFolder Canary { get; }

    public PreparedFolder Gates { get; }

    public PreparedCatalogue Catalogue => new()
    {
        Bases = [new PreparedBase("small", Base, HasTokenGate: true)],
        Experts = [new PreparedExpert { Name = "law", Base = "small", Adapter = Adapter, Gated = true, Replicas = 2 }],
        Gates = Gates,
    };

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A path outside of the prepared folder.</summary>
    public string Outside(string name) => _temporary[name];

    public void Dispose() => _temporary.Dispose();

    private PreparedFolder Write(string kind, params (string Name, string Text)[] files)
    {
        string draft = this[$"{kind}/draft"];
        foreach (var (name, text) in files)
        {
            string file = System.IO.Path.Combine(draft, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var folder = PreparedFolder.Of(kind, files.Select(f => PreparedFile.Describe(System.IO.Path.Combine(draft, f.Name), f.Name)));
        Directory.Move(draft, this[folder.Path]);
        return folder;
    }
}
