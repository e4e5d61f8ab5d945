using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>gate.json, as a request gate's and as a token gate's.</summary>
internal sealed class GateTarget : FileTarget
{
    public GateTarget(string folder)
        : base(folder, GateFiles.Metadata) => System.IO.File.WriteAllText(Path.Combine(folder, GateFiles.Model), "");

    public override string Name => "gate";

    public override int Executions => 12000;

    public override bool IsJson => true;

    public override bool MayNamePaths => true;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
        ["format", "kind", "text-ngrams", "token-ngrams", "classes", "generalist", "buckets", "window", "recent", "temperature", "floor", "held_out_accuracy", "samples", "demo", "law"];

    public override IEnumerable<byte[]> Seeds() => ((string[])[GateMetadata.RequestKind, GateMetadata.TokenKind]).Select(kind => Encoding.UTF8.GetBytes(
        $$"""{"format":2,"kind":"{{kind}}","classes":["demo","law"],"generalist":"demo","buckets":1024,"window":16,"recent":6,"temperature":0.5,"floor":0.3,"held_out_accuracy":0.9,"samples":100}"""));

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            GateFiles.ReadMetadata(Folder, input.AsSpan().IndexOf("token-"u8) >= 0 ? GateMetadata.TokenKind : GateMetadata.RequestKind);
            return Outcome.Taken;
        }
        catch (GateFormatException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
