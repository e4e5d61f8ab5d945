using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>base.json of an imported base.</summary>
internal sealed class ManifestTarget : FileTarget
{
    /// <summary>Of nothing.</summary>
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly string[] Files = ["flat.onnx", "portable.onnx", "weights.bin", "tokenizer.json", "tokenizer_config.json"];

    public ManifestTarget(string folder)
        : base(folder, BaseManifest.FileName)
    {
        foreach (string name in Files)
        {
            System.IO.File.WriteAllText(Path.Combine(folder, name), "");
        }
    }

    public override string Name => "manifest";

    public override int Executions => 10000;

    public override bool IsJson => true;

    /// <summary>Files are read by a mebibyte.</summary>
    public override long MostAllocated(int length) => (12L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
    [
        "format", "source", "quantization", "beginToken", "endTokens", "shape", "files", "name", "bytes", "sha256", "vocabulary", "hidden", "intermediate", "layers", "heads", "keyValueHeads", "headDimension", "maxPositions",
        "ropeTheta", "normEpsilon", "tiedEmbeddings", "flat.onnx", "portable.onnx", "weights.bin", "tokenizer.json", "tokenizer_config.json", "../x", "base.json", Hash,
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        Encoding.UTF8.GetBytes($$"""
            {"format":{{BaseManifest.CurrentFormat}},"source":"x","quantization":"none","beginToken":1,"endTokens":[2],"shape":{"vocabulary":64,"hidden":64,"intermediate":64,"layers":2,"heads":2,"keyValueHeads":1,"headDimension":32,
            "maxPositions":512,"ropeTheta":10000,"normEpsilon":1e-5,"tiedEmbeddings":true,"fusedProjections":false},"files":[{{string.Join(',', Files.Select(name => $$"""{"name":"{{name}}","bytes":0,"sha256":"{{Hash}}"}"""))}}]}
            """),
    ];

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            ImportedModel.Open(Folder);
            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
