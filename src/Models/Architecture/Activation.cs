namespace ExpertCluster.Models.Architecture;

/// <summary>What the feed-forward's gate goes through.</summary>
internal enum Activation
{
    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>GELU by its tanh approximation.</summary>
    GeluTanh,
}
