using System.Text.Json.Nodes;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Import;

public sealed class ModelImporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _checkpoint;

    public ModelImporterTests() => _checkpoint = RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape);

    private string Output => _folder["deep/out"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_Checkpoint_GivesAWholeFolder()
    {
        var model = ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        var opened = ImportedModel.Open(Output);

        Assert.Equal(
            ["base.json", "flat.onnx", "portable.onnx", "tokenizer.json", "tokenizer_config.json", "weights.bin"],
            Directory.GetFileSystemEntries(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([Output], Directory.GetFileSystemEntries(Path.GetDirectoryName(Output)!));
        Assert.Equal(RandomCheckpoint.Shape, opened.Shape);
        Assert.Equal([2, 3], opened.EndTokens);
        Assert.Equal((1, Quantization.None), (opened.BeginToken, opened.Quantization));
        Assert.Equal(model.Digest, opened.Digest);
        Assert.Equal(ModelImporter.ContentKey(_checkpoint, new ImportOptions()), opened.Digest);
        Assert.All(
            [opened.FlatGraphPath, opened.PortableGraphPath, opened.TokenizerPath],
            path => Assert.True(File.Exists(path)));
    }

    /// <summary>Of the optional files too: none is passed over because something else stands in its place.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("config.json", "fifo", "a FIFO")]
    [InlineData("config.json", "socket", "a socket")]
    [InlineData("model.safetensors", "fifo", "a FIFO")]
    [InlineData("model.safetensors", "folder", "a folder")]
    [InlineData("tokenizer.json", "fifo", "a FIFO")]
    [InlineData("tokenizer.json", "folder", "a folder")]
    [InlineData("tokenizer_config.json", "fifo", "a FIFO")]
    [InlineData("chat_template.jinja", "fifo", "a FIFO")]
    [InlineData("special_tokens_map.json", "socket", "a socket")]
    [InlineData("generation_config.json", "folder", "a folder")]
    [InlineData("model.safetensors.index.json", "fifo", "a FIFO")]
    public Task Import_NoFileInAFilesPlace_IsRefusedByName(string file, string kind, string named) => Task.Run(() =>
    {
        if (file == "model.safetensors.index.json")
        {
            File.Delete(Path.Combine(_checkpoint, "model.safetensors"));
        }

        SpecialFile.Put(Path.Combine(_checkpoint, file), kind);

        var failure = Assert.Throws<CheckpointException>(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()));

        Assert.StartsWith($"{file}: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"is no regular file but {named}", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    });

    /// <summary>A device can't lie in a checkpoint: links out of it are refused before they are followed.</summary>
    [Fact]
    public void Import_DeviceInAFilesPlace_IsRefusedByName()
    {
        SpecialFile.Put(Path.Combine(_checkpoint, "tokenizer.json"), "device");

        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "tokenizer.json", null, "leaves its folder");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("flat.onnx", "fifo")]
    [InlineData("weights.bin", "folder")]
    [InlineData("tokenizer.json", "socket")]
    [InlineData("base.json", "fifo")]
    public Task Open_NoFileInAFilesPlace_IsRefusedByName(string file, string kind) => Task.Run(() =>
    {
        ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        SpecialFile.Put(Path.Combine(Output, file), kind);

        Failure.Of(() => ImportedModel.Open(Output, verifyContent: false), file, null, "is no regular file but");
    });

    /// <summary>Expressions that backtrack, and normalizers that multiply, are found before a request comes.</summary>
    [Theory]
    [InlineData("(a+)+$", 0, "regular expressions")]
    [InlineData("(x+x+)+y", 0, "regular expressions")]
    [InlineData(@"(\\p{L}+)*\\p{N}", 0, "regular expressions")]
    [InlineData("a", 8, "can't be used: a text of")]
    [InlineData("a", 5, "can't be used: a text of")]
    public void Import_TokenizerThatCostsWithoutEnd_IsRefused(string pattern, int replacements, string problem)
    {
        string path = Path.Combine(_checkpoint, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["pre_tokenizer"] = JsonNode.Parse(
            $$"""{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "{{pattern}}"}, "behavior": "Isolated"}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}""");
        file["normalizer"] = replacements == 0 ? null : new JsonObject
        {
            ["type"] = "Sequence",
            ["normalizers"] = new JsonArray([.. Enumerable.Range(0, replacements).Select(_ => JsonNode.Parse("""{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaaaaaaaa"}"""))]),
        };
        File.WriteAllText(path, file.ToJsonString());

        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "tokenizer.json", null, problem);
    }

    [Fact]
    public void Import_SameAgain_KeepsWhatIsThere()
    {
        ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        var written = File.GetLastWriteTimeUtc(Path.Combine(Output, "weights.bin"));
        var again = ModelImporter.Import(_checkpoint, Output, new ImportOptions());

        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(again.Directory, "weights.bin")));
    }

    [Fact]
    public void Import_IntoAFolderWithOtherThings_RefusesAndLeavesThem()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "mine.txt"), "x");
        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "out", null, "something else");
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(Output).Select(Path.GetFileName));
    }

    [Fact]
    public void Import_IntoAnotherImport_Refuses()
    {
        ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        Failure.Of(
            () => ModelImporter.Import(_checkpoint, Output, new ImportOptions { Quantization = Quantization.Q8 }), "out", null, "something else");
    }

    [Fact]
    public void Import_IntoAnImportOfAnotherVersion_SaysWhatHelpsAndLeavesIt()
    {
        ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        string manifest = Path.Combine(Output, "base.json");
        string old = File.ReadAllText(manifest).Replace("\"format\": ", "\"format\": 9", StringComparison.Ordinal);
        File.WriteAllText(manifest, old);

        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "out", null, "remove it or choose another folder");
        Assert.Equal(old, File.ReadAllText(manifest));
    }

    [Fact]
    public void Import_IntoAnEmptyFolder_Works()
    {
        Directory.CreateDirectory(Output);
        Assert.Equal(Output, ModelImporter.Import(_checkpoint, Output, new ImportOptions()).Directory);
    }

    [Fact]
    public async Task Import_ManyAtOnceIntoOneFolder_AllGetTheSameResult()
    {
        var models = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()))));

        Assert.Single(models.Select(m => m.Digest).Distinct());
        Assert.Equal([Output], Directory.GetFileSystemEntries(Path.GetDirectoryName(Output)!));
    }

    [Fact]
    public void Import_FailsHalfway_LeavesNothing()
    {
        // The last tensor's value is found to be unusable only when it is converted.
        byte[] bytes = File.ReadAllBytes(Path.Combine(_checkpoint, "model.safetensors"));
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), float.NaN);
        File.WriteAllBytes(Path.Combine(_checkpoint, "model.safetensors"), bytes);
        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "model.safetensors", "model.norm.weight", "not finite");
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Output)!));
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("config.json")]
    public void Import_FileMissing_NamesIt(string name)
    {
        File.Delete(Path.Combine(_checkpoint, name));
        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), name, null, "is missing");
    }

    [Fact]
    public void Import_TokenizerIsNotOne_NamesFileAndFieldWithoutThePath()
    {
        File.WriteAllText(Path.Combine(_checkpoint, "tokenizer.json"), """{"model": {"type": "Unigram"}}""");
        var failure = Assert.Throws<CheckpointException>(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()));

        Assert.Equal("tokenizer.json", failure.File);
        Assert.DoesNotContain(_folder.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_TokenizerLargerThanTheModel_Refuses()
    {
        RandomCheckpoint.Write(_folder["larger"], RandomCheckpoint.Shape with { Vocabulary = 300 });
        File.Copy(_folder["larger/tokenizer.json"], Path.Combine(_checkpoint, "tokenizer.json"), overwrite: true);
        Failure.Of(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()), "tokenizer.json", "model.vocab", "299", "272");
    }

    /// <summary>Somebody added a token for padding and left the model as it was.</summary>
    [Fact]
    public void Import_AddedTokensBeyondTheModel_Pass()
    {
        string path = Path.Combine(_checkpoint, "tokenizer.json");
        var tokenizer = JsonNode.Parse(File.ReadAllText(path))!;
        tokenizer["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = 272, ["content"] = "[PAD]", ["special"] = true });
        File.WriteAllText(path, tokenizer.ToJsonString());
        File.WriteAllText(Path.Combine(_checkpoint, "tokenizer_config.json"), """{"eos_token": "[PAD]"}""");

        var model = ModelImporter.Import(_checkpoint, Output, new ImportOptions());
        Assert.Equal((272, 273), (model.Shape.Vocabulary, ExpertCluster.Text.Tokenization.Tokenizer.Load(model.TokenizerPath).VocabularySize));
        Assert.Equal([2, 3], model.EndTokens);
    }

    [Fact]
    public void Import_TokenizerSmallerThanTheModel_Passes()
    {
        RandomCheckpoint.Write(_folder["smaller"], RandomCheckpoint.Shape with { Vocabulary = 260 });
        File.Copy(_folder["smaller/tokenizer.json"], Path.Combine(_checkpoint, "tokenizer.json"), overwrite: true);
        Assert.Equal(272, ModelImporter.Import(_checkpoint, Output, new ImportOptions()).Shape.Vocabulary);
    }

    /// <summary>vLLM stops at any of them, and so does this: config.json, generation_config.json, and what the tokenizer's files call eos_token.</summary>
    [Theory]
    [InlineData("""{"eos_token": "<7>"}""", null, 2, 3, 7)]
    [InlineData("""{"eos_token": {"content": "<7>", "special": true}}""", null, 2, 3, 7)]
    [InlineData("{}", """{"eos_token": "<7>"}""", 2, 3, 7)]
    [InlineData("{}", """{"eos_token": {"content": "<7>"}}""", 2, 3, 7)]
    [InlineData("""{"eos_token": null}""", """{"eos_token": "<7>"}""", 2, 3, 7)]
    [InlineData("""{"eos_token": "<8>"}""", """{"eos_token": "<7>"}""", 2, 3, 8)]
    [InlineData("""{"eos_token": "<2>"}""", null, 2, 3)]
    [InlineData("""{"eos_token": "!"}""", null, 2, 3, 49)]
    [InlineData("""{"eos_token": "nowhere"}""", null, 2, 3)]
    public void Import_EndTokens_AreThoseOfAnyFile(string config, string? map, params int[] expected)
    {
        File.WriteAllText(Path.Combine(_checkpoint, "tokenizer_config.json"), config);
        if (map is not null)
        {
            File.WriteAllText(Path.Combine(_checkpoint, "special_tokens_map.json"), map);
        }

        Assert.Equal(expected, ModelImporter.Import(_checkpoint, Output, new ImportOptions()).EndTokens);
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"eos_token": 7}""")]
    [InlineData("special_tokens_map.json", """{"eos_token": [1]}""")]
    public void Import_EndTokenThatIsNoText_NamesTheField(string file, string content)
    {
        File.WriteAllText(Path.Combine(_checkpoint, file), content);
        string message = Assert.Throws<CheckpointException>(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions())).Message;

        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains("eos_token", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    public void Import_PointerOfLfs_SaysWhatToDo(string file)
    {
        File.WriteAllText(Path.Combine(_checkpoint, file), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n");
        var failure = Assert.Throws<CheckpointException>(() => ModelImporter.Import(_checkpoint, Output, new ImportOptions()));

        Assert.Equal(file, failure.File);
        Assert.Contains("git lfs pull", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A snapshot of the Hugging Face cache, as every download of the official tools lies there, and a volume of Kubernetes.</summary>
    [Theory]
    [InlineData("models--a--b/blobs", "models--a--b/snapshots/abc", "../../blobs/")]
    [InlineData("volume/..2026_01", "volume", "..data/")]
    public void Import_FolderOfLinks_EqualsTheFiles(string real, string links, string target)
    {
        Directory.CreateDirectory(_folder[real]);
        Directory.CreateDirectory(_folder[links]);
        if (target == "..data/")
        {
            Directory.CreateSymbolicLink(_folder[$"{links}/..data"], "..2026_01");
        }

        foreach (string file in Directory.GetFiles(_checkpoint))
        {
            File.Copy(file, _folder[$"{real}/{Path.GetFileName(file)}"]);
            File.CreateSymbolicLink(_folder[$"{links}/{Path.GetFileName(file)}"], target + Path.GetFileName(file));
        }

        Assert.Equal(
            ModelImporter.ContentKey(_checkpoint, new ImportOptions()), ModelImporter.Import(_folder[links], Output, new ImportOptions()).Digest);
    }

    [Fact]
    public void Import_QuantisedWidthNoMultipleOfABlock_NamesTheTensor()
    {
        string odd = RandomCheckpoint.Write(_folder["odd"], RandomCheckpoint.Shape with { Intermediate = 150 });
        Failure.Of(
            () => ModelImporter.Import(odd, Output, new ImportOptions { Quantization = Quantization.Q4 }),
            "odd",
            "model.layers.0.mlp.down_proj.weight",
            "150",
            "32");
        Assert.Equal(150, ModelImporter.Import(odd, Output, new ImportOptions()).Shape.Intermediate);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer_config.json")]
    public void ContentKey_FileChanged_Changes(string name)
    {
        string before = ModelImporter.ContentKey(_checkpoint, new ImportOptions());
        File.AppendAllText(Path.Combine(_checkpoint, name), " ");
        Assert.NotEqual(before, ModelImporter.ContentKey(_checkpoint, new ImportOptions()));
    }

    [Fact]
    public void ContentKey_OtherPlaceSameContent_IsTheSame()
    {
        string copy = RandomCheckpoint.Write(_folder["copy"], RandomCheckpoint.Shape);
        File.WriteAllText(Path.Combine(copy, "README.md"), "not read");
        string key = ModelImporter.ContentKey(_checkpoint, new ImportOptions());
        Assert.Equal(key, ModelImporter.ContentKey(copy, new ImportOptions()));
        Assert.NotEqual(key, ModelImporter.ContentKey(copy, new ImportOptions { Quantization = Quantization.Q8 }));
    }
}
