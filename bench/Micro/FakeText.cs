using ExpertCluster.Inference.Text;

namespace ExpertCluster.Bench.Micro;

/// <summary>Every token is the same letter; decoding has a benchmark of its own.</summary>
internal sealed class FakeText : ITokenText
{
    public string Append(int token) => "a";

    public string Flush() => "";
}
