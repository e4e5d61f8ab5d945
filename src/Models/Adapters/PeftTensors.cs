using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// The tensors of an adapter's file by the names that PEFT saves them under. A state dict saved by other means (DeepSpeed, ms-swift) has the
/// adapter's own name in them, "default" unless somebody chose another: <c>lora_A.default.weight</c>.
/// </summary>
internal sealed class PeftTensors : IDisposable
{
    public const string File = "adapter_model.safetensors";

    private const string DefaultName = "default";

    private readonly TensorSet _tensors;

    /// <summary>From PEFT's name to the file's.</summary>
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private PeftTensors(TensorSet tensors) => _tensors = tensors;

    public IEnumerable<string> Names => _names.Keys;

    public static PeftTensors Open(CheckpointFolder folder)
    {
        PeftTensors opened = new(TensorSet.OpenSingle(folder, File));
        try
        {
            foreach (string name in opened._tensors.Names)
            {
                opened.Add(name);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _names.ContainsKey(name);

    public TensorInfo Info(string name) => _tensors.Info(_names[name]);

    public void Read(string name, long first, Span<float> target) => _tensors.Read(_names[name], first, target);

    public void Dispose() => _tensors.Dispose();

    private void Add(string name)
    {
        string known = name;
        string[] parts = name.Split('.');
        if (parts is [.., "lora_A" or "lora_B", var adapter, "weight"])
        {
            if (adapter != DefaultName)
            {
                string advice = $"has the adapter's name \"{adapter}\" in it, as a state dict has, and not a saved adapter";
                throw new CheckpointException(File, name, $"{advice}: take it out of all names, or save the adapter with PEFT's save_pretrained");
            }

            known = string.Join('.', parts[..^2]) + ".weight";
        }

        if (!_names.TryAdd(known, name))
        {
            throw new CheckpointException(File, name, "is there a second time, with and without the adapter's name");
        }
    }
}
