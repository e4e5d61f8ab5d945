using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Families;

/// <summary>
/// An open Hugging Face folder of a decoder: configuration read, every tensor found and of the right shape.
/// </summary>
public sealed class ModelCheckpoint : IDisposable
{
    private readonly TensorSet _tensors;

    private ModelCheckpoint(CheckpointFolder folder, ModelConfig config, TensorSet tensors)
    {
        Folder = folder;
        Config = config;
        _tensors = tensors;
    }

    public ModelShape Shape => Config.Shape;

    internal ModelArchitecture Architecture => Config.Architecture;

    /// <summary>Token ids that end an answer; empty where the checkpoint names none.</summary>
    public IReadOnlyList<int> EndTokens => Config.EndTokens;

    internal CheckpointFolder Folder { get; }

    internal ModelConfig Config { get; }

    /// <summary>Every file that was read, tokenizer excluded.</summary>
    internal IEnumerable<string> SourceFiles =>
        ((string[])[ModelConfig.File, ModelConfig.GenerationFile, TensorSet.IndexFile]).Where(Folder.Has).Concat(_tensors.FileNames);

    /// <exception cref="CheckpointException">Anything missing, malformed, or not supported.</exception>
    public static ModelCheckpoint Open(string directory)
    {
        CheckpointFolder folder = new(directory);
        var config = ModelConfig.Read(folder);
        var tensors = TensorSet.Open(folder);
        try
        {
            CheckTensors(config, tensors);
            return new ModelCheckpoint(folder, config, tensors);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>A whole tensor as float32, row-major.</summary>
    public float[] Read(string tensor)
    {
        float[] values = new float[_tensors.Info(tensor).Elements];
        _tensors.Read(tensor, 0, values);
        return values;
    }

    /// <summary>Some elements of a tensor, from <paramref name="first"/> on.</summary>
    internal void Read(string tensor, long first, Span<float> target) => _tensors.Read(tensor, first, target);

    public void Dispose() => _tensors.Dispose();

    private static void CheckTensors(ModelConfig config, TensorSet tensors)
    {
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((string name, int[] dimensions) in CheckpointTensors.All(config.Architecture))
        {
            known.Add(name);
            if (!tensors.Contains(name))
            {
                throw new CheckpointException(tensors.Source, name, "is missing");
            }

            var expected = dimensions.Select(d => (long)d);
            var info = tensors.Info(name);
            if (!info.Shape.SequenceEqual(expected))
            {
                string problem = $"has shape {info.ShapeText}, {ModelConfig.File} asks for {TensorInfo.ShapeToText(expected)}";
                throw new CheckpointException(tensors.FileOf(name), name, problem);
            }
        }

        foreach (string name in tensors.Names)
        {
            if (!known.Contains(name) && !IsDerived(name, config.Shape))
            {
                throw new CheckpointException(tensors.FileOf(name), name, $"is not a tensor of {config.Family.Name}");
            }
        }
    }

    /// <summary>What some exporters write though it follows from the rest: rotary frequencies, a copy of the tied head.</summary>
    private static bool IsDerived(string name, ModelShape shape) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || (shape.TiedEmbeddings && name == CheckpointTensors.Head);
}
