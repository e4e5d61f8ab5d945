using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Import;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>The demo's base, imported once and opened as an engine with all its adapters, and the reference beside it.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, AdapterWeights> _weights = [];
    private readonly Dictionary<string, EngineAdapter> _registered = [];

    public static IReadOnlyList<string> Experts { get; } = ["finance", "law", "medicine", "security", "code"];

    public static StepRunnerOptions Runner { get; } = new() { Slots = 16, ContextLength = 256, MaxRows = 64, Threads = 1 };

    public ImportedModel Model { get; private set; } = null!;

    public Engine Engine { get; private set; } = null!;

    public Tokenizer Tokenizer { get; private set; } = null!;

    public ReferenceModel Reference { get; private set; } = null!;

    public IReadOnlyDictionary<string, AdapterWeights> Weights => _weights;

    public IReadOnlyDictionary<string, EngineAdapter> Registered => _registered;

    public async ValueTask InitializeAsync()
    {
        string demo = RepositoryRoot.Combine("models", "demo");
        string checkpoint = Path.Combine(demo, "base");
        Model = ModelImporter.Import(checkpoint, _folder["base"], new ImportOptions());
        Tokenizer = Tokenizer.Load(Model.TokenizerPath);
        Reference = ReferenceModel.Load(checkpoint);
        // Prompts are cut into several chunks, so that prompt rows and decoding rows meet in one step.
        Engine = EngineFactory.Open(
            Model,
            Runner,
            new EngineOptions { PrefillChunk = 24 },
            Tokenizer);
        foreach (string expert in Experts)
        {
            _weights[expert] = PeftAdapter.Load(Path.Combine(demo, "adapters", expert), Model.Shape);
            _registered[expert] = await Engine.Adapters.RegisterAsync(expert, _weights[expert]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The tokens of one question, as the demo's chat template lays it out.</summary>
    public int[] Ask(string question) => Tokenizer.Encode($"<|bos|><|user|>{question}<|end|><|assistant|>");
}
