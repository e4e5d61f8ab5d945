using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From the engine's tokens to the wire's, with the experts' names.</summary>
internal sealed class ChunkMapper
{
    private readonly string _baseAlone;

    public ChunkMapper(PlanLease lease) =>
        _baseAlone = lease.Experts.FirstOrDefault(e => e.Activation.Adapter is null).Activation?.Expert ?? lease.Runtime.Name;

    /// <summary>Adds one entry of the engine's stream to a chunk.</summary>
    public void Append(GenerateChunk chunk, GeneratedToken token)
    {
        chunk.Text += token.Text;
        chunk.FinishReason = Map(token.Finish);
        if (token.Id < 0)
        {
            return;
        }

        var wire = new Token { Id = token.Id, Text = token.Text, Logprob = token.LogProbability };
        foreach (var (adapter, weight) in token.Experts)
        {
            wire.Experts.Add(new WeightedExpert { Name = adapter?.Name ?? _baseAlone, Weight = weight });
        }

        chunk.Tokens.Add(wire);
    }

    private static V1.FinishReason Map(Inference.Generation.FinishReason reason) => reason switch
    {
        Inference.Generation.FinishReason.Stop => V1.FinishReason.Stop,
        Inference.Generation.FinishReason.Length => V1.FinishReason.Length,
        _ => V1.FinishReason.Unspecified,
    };
}
