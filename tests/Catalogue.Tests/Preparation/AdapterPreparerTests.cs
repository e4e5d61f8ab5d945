using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Models.Import;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>Adapters as people have them: what is told, what is copied, and what is refused with a way out.</summary>
public sealed class AdapterPreparerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly ImportedModel _model;

    public AdapterPreparerTests()
    {
        Directory.CreateDirectory(_folder["out"]);
        string checkpoint = RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        File.WriteAllText(Path.Combine(checkpoint, "tokenizer_config.json"), """{"bos_token": "<1>", "chat_template": "base"}""");
        _model = ModelImporter.Import(checkpoint, _folder["imported"], new ImportOptions());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "expert big has rank 17: hosts need ExpertCluster:Runtime:AdapterRank of 17 or more, which is 16 unless it is set")]
    [InlineData(64, "expert big has rank 64: hosts need ExpertCluster:Runtime:AdapterRank of 64 or more, which is 16 unless it is set")]
    public void Prepare_RankAboveWhatHostsHaveRoomFor_IsTold(int rank, string? told)
    {
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape, rank);

        Assert.Equal(rank, Prepare().Rank);
        Assert.Equal(told, _told.SingleOrDefault());
    }

    /// <summary>A snapshot of the Hugging Face cache, and a volume of Kubernetes.</summary>
    [Theory]
    [InlineData("models--a--b/blobs", "models--a--b/snapshots/abc", "../../blobs/")]
    [InlineData("volume/..2026_01", "volume", "..data/")]
    public void Prepare_FolderOfLinks_IsCopied(string real, string links, string target)
    {
        RandomAdapter.Write(_folder[real], RandomCheckpoint.Shape);
        Directory.CreateDirectory(_folder[links]);
        if (target == "..data/")
        {
            Directory.CreateSymbolicLink(_folder[$"{links}/..data"], "..2026_01");
        }

        foreach (string file in Directory.GetFiles(_folder[real]))
        {
            File.CreateSymbolicLink(_folder[$"{links}/{Path.GetFileName(file)}"], target + Path.GetFileName(file));
        }

        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Files(links));
    }

    [Theory]
    [InlineData("chat_template.jinja", "own {{ bos_token }}")]
    [InlineData("tokenizer_config.json", """{"chat_template": "own", "eos_token": "</x>"}""")]
    public void Prepare_TemplateOfItsOwn_ComesAlong(string name, string content)
    {
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape);
        File.WriteAllText(_folder[$"adapter/{name}"], content);

        Assert.Equal(new[] { "adapter_config.json", "adapter_model.safetensors", name }.Order(StringComparer.Ordinal), Files());
        Assert.Empty(_told);
    }

    /// <summary>Trainers save the base's tokenizer along.</summary>
    [Fact]
    public void Prepare_TokenizerWithoutATemplate_StaysBehind()
    {
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape);
        File.WriteAllText(_folder["adapter/tokenizer_config.json"], """{"eos_token": "</x>"}""");

        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Files());
    }

    [Fact]
    public void Prepare_TemplateThatCannotBeRead_IsTold()
    {
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape);
        File.WriteAllText(_folder["adapter/chat_template.jinja"], "{% block a %}{% endblock %}");

        Prepare();

        Assert.Equal(
            "expert big takes prompts only where it is asked by name, as its own chat template can't be used: chat template, line 1, column 4: the statement {% block %} is not supported",
            Assert.Single(_told));
    }

    [Fact]
    public void Prepare_PickleOnly_SaysWhatToDo()
    {
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape);
        File.Move(_folder["adapter/adapter_model.safetensors"], _folder["adapter/adapter_model.bin"]);

        string message = Assert.Throws<CatalogueException>(() => Prepare()).Message;

        Assert.StartsWith("expert big: adapter_model.safetensors is missing; there is adapter_model.bin", message, StringComparison.Ordinal);
        Assert.Contains("convert it to safetensors", message, StringComparison.Ordinal);
    }

    private IEnumerable<string> Files(string adapter = "adapter") => Prepare(adapter).Folder.Files.Select(file => file.Name);

    private (ExpertCluster.Catalogue.Prepared.PreparedFolder Folder, int Rank) Prepare(string adapter = "adapter") =>
        AdapterPreparer.Prepare(_folder[adapter], "expert big", _model, new FolderPublisher(_folder["out"], _ => { }), _told.Add);
}
