using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Node.Lifetimes;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>An encoder, loaded. Who uses it has entered it, and it is closed with the last.</summary>
internal sealed class EncoderRuntime
{
    private readonly RetiringResource<SentenceEncoder> _life;

    /// <param name="name">Of the encoder.</param>
    /// <param name="revision">Of its content.</param>
    /// <param name="encoder">This one's own.</param>
    public EncoderRuntime(string name, string revision, SentenceEncoder encoder)
    {
        (Name, Revision) = (name, revision);
        _life = new(encoder);
    }

    public string Name { get; }

    /// <summary>Of its content.</summary>
    public string Revision { get; }

    /// <summary>To be used while it is entered.</summary>
    public SentenceEncoder Encoder => _life.Value;

    /// <summary>False where it is retired.</summary>
    public bool TryEnter() => _life.TryEnter();

    public void Leave() => _life.Leave();

    /// <summary>Takes nobody new, and is closed with the last who uses it.</summary>
    public void Retire() => _life.Retire();
}
