using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>One content in one place of the runtime's stack. Counts are guarded by the store's lock.</summary>
internal sealed class AdapterPlace(int index, AdapterWeights weights)
{
    public int Index => index;

    public string Digest { get; } = weights.Digest;

    /// <summary>Until it is loaded; then the runtime's copy is the only one.</summary>
    public AdapterWeights? Weights { get; set; } = weights;

    /// <summary>Ends when the runtime has the content.</summary>
    public TaskCompletionSource Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Loads not yet unloaded.</summary>
    public int Handles { get; set; }

    /// <summary>Sequences, queued or running, that need it.</summary>
    public int Holds { get; set; }
}
