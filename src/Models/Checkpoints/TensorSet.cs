using System.Text.Json;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>All tensors of a model: one model.safetensors, or the shards that model.safetensors.index.json names.</summary>
internal sealed class TensorSet : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";
    private const int MaxShards = 1000;
    private const long IndexLimit = 64 << 20;

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _home = new(StringComparer.Ordinal);

    /// <summary>The file that says which tensors there are.</summary>
    public string Source { get; private set; } = SingleFile;

    public IEnumerable<string> Names => _home.Keys;

    public IEnumerable<string> FileNames => _files.Select(f => f.Name);

    public static TensorSet Open(CheckpointFolder folder)
    {
        TensorSet set = new();
        try
        {
            if (folder.Has(SingleFile))
            {
                set.Add(folder, SingleFile, null);
            }
            else if (folder.Has(IndexFile))
            {
                set.AddShards(folder);
            }
            else
            {
                throw new CheckpointException(folder.Name, null, $"has neither {SingleFile} nor {IndexFile}{OtherFormats.Advice(folder.Path)}");
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public static TensorSet OpenSingle(CheckpointFolder folder, string name)
    {
        if (!folder.Has(name) && OtherFormats.Advice(folder.Path) is { Length: > 0 } advice)
        {
            throw new CheckpointException(name, null, $"is missing{advice}");
        }

        TensorSet set = new();
        set.Add(folder, name, null);
        return set;
    }

    public bool Contains(string tensor) => _home.ContainsKey(tensor);

    public string FileOf(string tensor) => _home[tensor].Name;

    public TensorInfo Info(string tensor) => _home[tensor].Tensors[tensor];

    public void Read(string tensor, long first, Span<float> target)
    {
        var file = _home[tensor];
        file.Read(file.Tensors[tensor], first, target);
    }

    public void Dispose() => _files.ForEach(f => f.Dispose());

    private void AddShards(CheckpointFolder folder)
    {
        Source = IndexFile;
        var index = JsonFile.ReadObject(folder, IndexFile, IndexLimit);
        Dictionary<string, HashSet<string>> shards = new(StringComparer.Ordinal);
        foreach ((string tensor, var shard) in index.Entries("weight_map"))
        {
            string name = shard.ValueKind == JsonValueKind.String
                ? shard.GetString()!
                : throw new CheckpointException(IndexFile, tensor, "must name a shard");
            if (!shards.TryGetValue(name, out var tensors))
            {
                shards.Add(name, tensors = new(StringComparer.Ordinal));
            }

            tensors.Add(tensor);
            if (shards.Count > MaxShards)
            {
                throw new CheckpointException(IndexFile, "weight_map", $"names more than {MaxShards} shards");
            }
        }

        if (shards.Count == 0)
        {
            throw new CheckpointException(IndexFile, "weight_map", "is missing or empty");
        }

        foreach ((string name, var tensors) in shards)
        {
            Add(folder, name, tensors);
        }
    }

    private void Add(CheckpointFolder folder, string name, HashSet<string>? expected)
    {
        var file = SafetensorsFile.Open(folder, name);
        _files.Add(file);
        foreach (string tensor in file.Tensors.Keys)
        {
            if (expected is not null && !expected.Remove(tensor))
            {
                throw new CheckpointException(name, tensor, $"is not where {IndexFile} says it is");
            }

            _home.Add(tensor, file);
        }

        if (expected?.FirstOrDefault() is string missing)
        {
            throw new CheckpointException(name, missing, $"is missing, though {IndexFile} names it");
        }
    }
}
