using ExpertCluster.Inference.Text;

namespace ExpertCluster.Bench.Latency;

/// <summary>A token's text is the moment at which the engine had it, just before it hands it to its stream.</summary>
internal sealed class StampText : ITokenText
{
    public string Append(int token) => Stamp.Now();

    public string Flush() => "";
}
