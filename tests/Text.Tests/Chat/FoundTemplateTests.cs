using ExpertCluster.Files;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Chat;

namespace ExpertCluster.Text.Tests.Chat;

public sealed class FoundTemplateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FoundTemplateTests()
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["adapter"]);
    }

    private string Config => _folder["base/tokenizer_config.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void In_TemplateThatCannotBeUsed_SaysWhyWithoutThePath()
    {
        File.WriteAllText(Config, """{"chat_template": 5}""");

        var found = FoundTemplate.In(FolderFiles.Of(Config));

        Assert.Null(found.Template);
        Assert.Equal("chat template: tokenizer_config.json: chat_template must be a string, but is 5", found.Problem);
    }

    /// <summary>tokenizer_config.json goes before special_tokens_map.json; a model's own tokens have names, too.</summary>
    [Theory]
    [InlineData("""{"bos_token": "<a>"}""", """{"bos_token": "<b>", "eos_token": {"content": "<c>"}}""", "<a><c>")]
    [InlineData("""{"bos_token": null}""", """{"bos_token": "<b>"}""", "<b>")]
    [InlineData("""{"extra_special_tokens": {"image_token": "<i>"}}""", "{}", "<i>")]
    [InlineData("""{"extra_special_tokens": ["<x>"], "additional_special_tokens": ["<y>"]}""", null, "")]
    public void In_SpecialTokens_AreWhereverTheFilesHaveThem(string config, string? map, string expected)
    {
        File.WriteAllText(Config, config);
        File.WriteAllText(_folder["base/chat_template.jinja"], "\uFEFF{{ bos_token }}{{ eos_token }}{{ image_token }}");
        if (map is not null)
        {
            File.WriteAllText(_folder["base/special_tokens_map.json"], "\uFEFF" + map);
        }

        Assert.Equal(expected, FoundTemplate.In(FolderFiles.Of(Config)).Template!.Render([], addGenerationPrompt: false));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("""{"eos_token": "<e>"}""", null, null)]
    [InlineData("""{"eos_token": "<e>", "chat_template": "{{ bos_token }}{{ eos_token }}"}""", null, "<s><e>")]
    [InlineData("""{"eos_token": "<e>", "chat_template": "config"}""", "file{{ eos_token }}", "file<e>")]
    [InlineData(null, "{{ bos_token }}{{ eos_token }}", "<s></s>")]
    public void Own_AdaptersFolder_HasATemplateWithItsTokensAndTheBasesOthers(string? config, string? template, string? expected)
    {
        File.WriteAllText(Config, """{"bos_token": "<s>", "eos_token": "</s>", "chat_template": "base"}""");
        if (config is not null)
        {
            File.WriteAllText(_folder["adapter/tokenizer_config.json"], config);
        }

        if (template is not null)
        {
            File.WriteAllText(_folder["adapter/chat_template.jinja"], template);
        }

        var found = FoundTemplate.Own(_folder["adapter"], FolderFiles.Of(Config));

        Assert.Equal(expected is not null, found.IsThere);
        Assert.Equal(expected, found.Template?.Render([], addGenerationPrompt: false));
    }
}
