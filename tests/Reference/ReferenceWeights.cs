using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Reference;

/// <summary>All tensors of a model under their checkpoint names, [outputs, inputs], row-major.</summary>
public sealed class ReferenceWeights(ModelShape shape, Func<string, float[]> read)
{
    private readonly Dictionary<string, float[]> _tensors = LlamaTensors.All(shape).ToDictionary(t => t.Name, t => read(t.Name));

    public ModelShape Shape => shape;

    public float[] this[string name]
    {
        get => _tensors[name];
        set => _tensors[name] = value;
    }

    public static ReferenceWeights Load(string checkpointDirectory)
    {
        using LlamaCheckpoint checkpoint = LlamaCheckpoint.Open(checkpointDirectory);
        return new ReferenceWeights(checkpoint.Shape, checkpoint.Read);
    }
}
