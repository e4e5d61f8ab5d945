using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;
using static ExpertCluster.Text.Tests.Tokenization.TinyTokenizers;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>Every refusal names the file, the field and what is wrong.</summary>
public sealed class TokenizerLoaderTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("fifo", "is no regular file but a FIFO")]
    [InlineData("device", "is no regular file but a device")]
    [InlineData("socket", "is no regular file but a socket")]
    public Task Load_NoFileInItsPlace_IsRefused(string kind, string problem) => Task.Run(() =>
    {
        using var folder = new TemporaryFolder();
        SpecialFile.Put(folder["tokenizer.json"], kind);

        var error = Assert.Throws<TokenizerFormatException>(() => Tokenizer.Load(folder["tokenizer.json"]));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(folder["tokenizer.json"], error.File);
    });

    [Theory]
    [InlineData("model.type", "\"Unigram\"", "\"Unigram\" is not supported")]
    [InlineData("model.vocab", "5", "must be an object")]
    [InlineData("model.vocab", "{\"a\": -1}", "must be a whole number", "model.vocab[\"a\"]")]
    [InlineData("model.vocab", "{\"a\": 99999999}", "must be a whole number", "model.vocab[\"a\"]")]
    [InlineData("model.vocab", "{\"a\": \"\\ud800\"}", "not valid Unicode", "model.vocab.a")]
    [InlineData("model.vocab", "{\"\\ud800\": 1}", "has a name that is, not valid Unicode", "model.vocab")]
    [InlineData("pre_tokenizer", "{\"\\udc00d800\": 1}", "has a name that is, not valid Unicode", "pre_tokenizer")]
    [InlineData("model.merges", "null", "must be an array")]
    [InlineData("model.merges", "[\"h e\", \"a\"]", "must be two tokens", "model.merges[1]")]
    [InlineData("model.merges", "[[\"a\", \"zzz\"]]", "\"zzz\" is not in model.vocab", "model.merges[0]")]
    [InlineData("model.merges", "[[\"a\", \"Ă\"]]", "\"aĂ\" is not in model.vocab", "model.merges[0]")]
    [InlineData("model.merges", "[[\"a\", \"\\ud800\"]]", "not valid Unicode", "model.merges[0][1]")]
    [InlineData("model.dropout", "0.1", "must be null or 0")]
    [InlineData("model.unk_token", "\"<nope>\"", "is not in model.vocab")]
    [InlineData("model.byte_fallback", "1", "must be true or false")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "is not supported")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "is not supported")]
    [InlineData("added_tokens", "[{\"id\": 0, \"content\": \"</s>\"}]", "gives \"</s>\" the id 1", "added_tokens[0].id")]
    [InlineData("added_tokens", "[{\"id\": 7, \"content\": \"<new>\"}, {\"id\": 60, \"content\": \"<new>\"}]", "gives \"<new>\" the id 7", "added_tokens[1].id")]
    [InlineData("added_tokens", "[{\"id\": 60, \"content\": \"\\n\"}, {\"id\": 7, \"content\": \"\\n\"}]", "an added token before it gives \" \" the id 60", "added_tokens[1].id")]
    [InlineData("added_tokens", "[{\"id\": 0, \"content\": \"\"}]", "must have 1 to", "added_tokens[0].content")]
    [InlineData("added_tokens", "[{\"content\": \"x\"}]", "missing", "added_tokens[0].id")]
    [InlineData("normalizer", "{\"type\": \"Nmt\"}", "\"Nmt\" is not supported", "normalizer.type")]
    [InlineData("normalizer", "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Lowercase\"}]}", "Lowercase", "normalizer.normalizers[0].type")]
    [InlineData("pre_tokenizer", "{\"type\": \"BertPreTokenizer\"}", "\"BertPreTokenizer\" is not supported", "pre_tokenizer.type")]
    [InlineData("pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a++\"}, \"behavior\": \"Isolated\"}", "possessive", "pre_tokenizer.pattern.Regex")]
    [InlineData("pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, \"behavior\": \"Odd\"}", "\"Odd\"", "pre_tokenizer.behavior")]
    [InlineData("pre_tokenizer", "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\"}, {\"type\": \"Digits\"}]}", "after ByteLevel", "pre_tokenizer.pretokenizers[1]")]
    [InlineData("pre_tokenizer", "{\"type\": \"Metaspace\", \"replacement\": \"ab\"}", "must be one character", "pre_tokenizer.replacement")]
    [InlineData("pre_tokenizer", "{\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"last\"}", "\"last\"", "pre_tokenizer.prepend_scheme")]
    [InlineData("post_processor", "{\"type\": \"BertProcessing\"}", "\"BertProcessing\" is not supported", "post_processor.type")]
    [InlineData("post_processor", "{\"type\": \"TemplateProcessing\", \"single\": []}", "no sequence A", "post_processor.single")]
    [InlineData("post_processor", "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"<s>\"}}], \"special_tokens\": {}}", "must be an object", "post_processor.special_tokens.<s>")]
    [InlineData("decoder", "null", "must be an object")]
    [InlineData("decoder", "{\"type\": \"WordPiece\"}", "\"WordPiece\" is not supported", "decoder.type")]
    [InlineData("decoder", "{\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}", "after Fuse")]
    [InlineData("decoder", "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"ByteFallback\"}]}", "after Fuse", "decoder.decoders[1]")]
    [InlineData("decoder", "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 1}]}", "must be 0", "decoder.decoders[1].stop")]
    [InlineData("decoder", "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a\"}, \"content\": \"\"}", "must be a String", "decoder.pattern")]
    public void Load_Unsupported_NamesFileFieldAndProblem(string field, string json, string problem, string? named = null)
    {
        var file = ByteLevel(Llama3Split, pairs: false, ignoreMerges: false);
        string[] path = field.Split('.');
        var parent = path.Length == 1 ? file : file[path[0]]!.AsObject();
        parent[path[^1]] = "(the value)";
        string saved = Save(file, "refused");
        File.WriteAllText(saved, File.ReadAllText(saved).Replace("\"(the value)\"", json, StringComparison.Ordinal));

        var refused = Assert.Throws<TokenizerFormatException>(() => Tokenizer.Load(saved));

        Assert.Equal((saved, named ?? field), (refused.File, refused.Field));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{saved}: {refused.Field}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\":")]
    [InlineData("[1, 2]")]
    public void Load_NoTokenizer_IsRefused(string json)
    {
        string path = Save([], "no-tokenizer");
        File.WriteAllText(path, json);

        Assert.Equal(path, Assert.Throws<TokenizerFormatException>(() => Tokenizer.Load(path)).File);
    }

    [Fact]
    public void Load_NoFile_IsAnIOException() => Assert.ThrowsAny<IOException>(() => Tokenizer.Load("no/such/tokenizer.json"));

    [Fact]
    public void Load_Vocabulary_IsReachable()
    {
        var tokenizer = Tokenizer.Load(Save(ByteLevel(Llama3Split, pairs: true, ignoreMerges: false), "vocabulary"));

        Assert.True(tokenizer.TryGetId("Ġthe", out int id));
        Assert.Equal("Ġthe", tokenizer.GetToken(id));
        Assert.Equal(" the", tokenizer.GetTokenText(id));
        Assert.False(tokenizer.TryGetId("no such token", out _));
        Assert.Null(tokenizer.GetToken(tokenizer.VocabularySize));
        Assert.True(tokenizer.Contains(tokenizer.VocabularySize - 1));
        Assert.True(tokenizer.TryGetId("<tool>", out int tool));
        Assert.False(tokenizer.IsSpecial(tool));
    }
}
