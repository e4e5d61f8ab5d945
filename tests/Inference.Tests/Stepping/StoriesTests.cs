using System.Text.Json;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Import;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>
/// A trained model that nobody here made: the TinyStories Llama of 260,032 parameters of llama2.c's author, 8 numbers a head, imported as it is
/// and held against a plain forward pass that came with it. Its licence was not at hand, so it is not part of this project: the folder that
/// has <c>hf/</c> and <c>ref.json</c> is named by <c>EXPERTCLUSTER_STORIES</c>, and without it the tests are skipped.
/// </summary>
public sealed class StoriesTests : IDisposable
{
    private const string Variable = "EXPERTCLUSTER_STORIES";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_GreedyStories_EqualTheReferenceTokenByToken(bool portable)
    {
        var model = ModelImporter.Import(Path.Combine(Folder(), "hf"), _folder["base"], new ImportOptions());
        using var runner = Open(model, portable);
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        int total = 0;
        foreach (var story in Stories())
        {
            int[] prompt = tokenizer.Encode(story.Prompt, addSpecialTokens: true);
            Assert.Equal(story.PromptIds, prompt);

            int[] tokens = Greedy(runner, prompt, story.Ids.Length, model.EndTokens);

            Assert.Equal(story.Ids, tokens);
            Assert.Equal(story.Text, Continued(tokenizer, tokens));
            total += tokens.Length;
        }

        Assert.InRange(total, 800, int.MaxValue);
    }

    private static string Folder()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} names no folder");
        return folder!;
    }

    private static IReadOnlyList<Story> Stories() =>
        JsonSerializer.Deserialize<Story[]>(File.ReadAllText(Path.Combine(Folder(), "ref.json")), Json)!;

    private static IStepRunner Open(ImportedModel model, bool portable)
    {
        StepRunnerOptions options = new() { Slots = 1, MaxRows = 16, AdapterCapacity = 1, AdapterRank = 1, Threads = 1 };
        return portable ? new PortableStepRunner(model, options) : new FlatStepRunner(model, options);
    }

    private static string Continued(Tokenizer tokenizer, int[] tokens)
    {
        StreamingDecoder decoder = new(tokenizer, continuesText: true);
        return string.Concat(tokens.Select(decoder.Append)) + decoder.Flush();
    }

    private static int[] Greedy(IStepRunner runner, int[] prompt, int most, IReadOnlyList<int> ends)
    {
        var batch = runner.NewBatch();
        float[] logits = runner.Step(batch, [.. TestRows.Prompt(prompt, 0)])[^1];
        List<int> tokens = [];
        while (tokens.Count < most)
        {
            int next = Array.IndexOf(logits, logits.Max());
            if (ends.Contains(next))
            {
                break;
            }

            tokens.Add(next);
            logits = runner.Step(batch, [new TestRow(next, 0, prompt.Length + tokens.Count - 1)])[0];
        }

        return [.. tokens];
    }

    private sealed record Story(string Prompt, int[] PromptIds, int[] Ids, string Text);
}
