using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Reference;

namespace ExpertCluster.Bench.Adapters;

/// <summary>PEFT folders of random weights on disk, all registered in one engine.</summary>
internal sealed class AdapterPool : IDisposable
{
    private readonly string _folder;
    private readonly ModelShape _shape;
    private readonly List<EngineAdapter> _adapters = [];

    private AdapterPool(ModelShape shape)
    {
        _shape = shape;
        _folder = Directory.CreateTempSubdirectory("adapters").FullName;
    }

    public IReadOnlyList<EngineAdapter> Adapters => _adapters;

    public static async Task<AdapterPool> CreateAsync(Engine engine, ModelShape shape, AdapterOptions options)
    {
        var pool = new AdapterPool(shape);
        for (int i = 0; i < options.Many; i++)
        {
            string path = RandomAdapter.Write(pool.PathOf(i), shape, options.Rank, seed: i + 1);
            pool._adapters.Add(await engine.Adapters.RegisterAsync($"adapter-{i}", () => PeftAdapter.Load(path, shape)));
        }

        return pool;
    }

    /// <summary>What a cold adapter costs at the least.</summary>
    public AdapterWeights Read(int index) => PeftAdapter.Load(PathOf(index), _shape);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(int index) => Path.Combine(_folder, FormattableString.Invariant($"{index}"));
}
