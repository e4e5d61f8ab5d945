using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

public sealed class VocabularyDigestTests : IDisposable
{
    private static readonly string File = RepositoryRoot.Combine("models", "demo", "base", "tokenizer.json");

    private readonly TemporaryFolder _folder = new();
    private readonly JsonNode _json = JsonNode.Parse(System.IO.File.ReadAllText(File))!;

    public void Dispose() => _folder.Dispose();

    /// <summary>Another template, other merges: what a token means is the same.</summary>
    [Fact]
    public void Of_FileWrittenOtherwise_IsTheSame()
    {
        _json["truncation"] = null;
        _json["post_processor"] = null;

        Assert.Equal(Of(Tokenizer.Load(File)), Of(Changed()));
    }

    [Fact]
    public void Of_TokenThatMeansSomethingElse_Differs()
    {
        var words = _json["model"]!["vocab"]!.AsObject();
        string[] two = [.. words.Where(w => w.Key.Length == 1 && char.IsAsciiLetterLower(w.Key[0])).Select(w => w.Key).Take(2)];
        (words[two[0]], words[two[1]]) = (words[two[1]]!.DeepClone(), words[two[0]]!.DeepClone());

        Assert.NotEqual(Of(Tokenizer.Load(File)), Of(Changed()));
    }

    [Fact]
    public void Of_TokenThatIsSpecialInOne_Differs()
    {
        var added = _json["added_tokens"]!.AsArray().First(t => (bool)t!["special"]!)!;
        added["special"] = false;

        Assert.NotEqual(Of(Tokenizer.Load(File)), Of(Changed()));
    }

    [Fact]
    public void Of_OtherNumberOfLogits_Differs()
    {
        var tokenizer = Tokenizer.Load(File);

        Assert.NotEqual(VocabularyDigest.Of(tokenizer, 2048), VocabularyDigest.Of(tokenizer, 2112));
    }

    private static string Of(Tokenizer tokenizer) => VocabularyDigest.Of(tokenizer, 2048);

    private Tokenizer Changed()
    {
        System.IO.File.WriteAllText(_folder["tokenizer.json"], _json.ToJsonString());
        return Tokenizer.Load(_folder["tokenizer.json"]);
    }
}
