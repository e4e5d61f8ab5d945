using System.Security.Cryptography;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Encoders as `prepare` leaves them: each a few vectors, or numbers.</summary>
internal sealed class SmallEncoders : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="name">Of the encoder.</param>
    /// <param name="fill">Of all its vectors, which tells its content from others'; null: random ones.</param>
    public PreparedEncoder Sentences(string name, float? fill = null)
    {
        FakeEncoder.Write(_folder["source"], fill: fill);
        return Publish(name, EncoderTask.Embed);
    }

    /// <summary>A cross encoder.</summary>
    /// <param name="name">Of the encoder.</param>
    /// <param name="config">More of config.json.</param>
    public PreparedEncoder Pairs(string name, Dictionary<string, object>? config = null)
    {
        FakeCrossEncoder.Write(_folder["source"], [("pasta", 2), ("soup", -1)], config, tokens: 16);
        return Publish(name, EncoderTask.Score);
    }

    /// <summary>One whose graph is none.</summary>
    public PreparedEncoder Broken(string name)
    {
        FakeEncoder.Write(_folder["source"]);
        SentenceEncoder.Import(_folder["source"], _folder["imported"]);
        File.WriteAllText(_folder["imported/model.onnx"], "no graph");
        return Put(name, EncoderTask.Embed);
    }

    /// <summary>A catalogue of encoders alone.</summary>
    public static CatalogueSnapshot Version(long version, params PreparedEncoder[] encoders) =>
        new(version, new PreparedCatalogue { Bases = [], Experts = [], Encoders = encoders });

    public void Dispose() => _folder.Dispose();

    private PreparedEncoder Publish(string name, EncoderTask task)
    {
        SentenceEncoder.Import(_folder["source"], _folder["imported"], classifies: task == EncoderTask.Score);
        Directory.Delete(_folder["source"], recursive: true);
        return Put(name, task);
    }

    private PreparedEncoder Put(string name, EncoderTask task)
    {
        var files = Directory.GetFiles(_folder["imported"]).Select(file => new PreparedFile(
            Path.GetFileName(file), new FileInfo(file).Length, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));
        var folder = PreparedFolder.Of(PreparedFolder.Encoders, files) with { Root = _folder["out"] };
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Location)!);
        Directory.Move(_folder["imported"], folder.Location);
        return new PreparedEncoder(name, folder, task, 256);
    }
}
