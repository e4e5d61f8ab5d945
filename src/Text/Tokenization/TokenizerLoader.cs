using System.Text.Json;
using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Loading;
using ExpertCluster.Text.Tokenization.Merging;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// Builds a tokenizer from its file. <c>truncation</c> and <c>padding</c> are left out of account: they are
/// wishes about batches for training, and transformers ignores them too.
/// </summary>
internal static class TokenizerLoader
{
    // The largest in use are about 35 MB.
    private const long LargestFile = 256L << 20;

    public static Tokenizer Load(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new TokenizerFormatException(path, "(file)", $"is {length} bytes long; the limit is {LargestFile}");
        }

        using var stream = File.OpenRead(path);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(stream);
        }
        catch (JsonException malformed)
        {
            throw new TokenizerFormatException(path, "(file)", $"is not JSON: {malformed.Message}", malformed);
        }

        using (document)
        {
            return Build(new JsonField(document.RootElement, "", new JsonSource(path, Refuse)));
        }
    }

    private static Tokenizer Build(JsonField root)
    {
        var modelVocabulary = ModelReader.ReadVocabulary(root["model"]);
        var added = AddedTokenReader.Read(root["added_tokens"], modelVocabulary);
        var vocabulary = new Vocabulary(modelVocabulary, added);
        var normalizer = NormalizerReader.Read(root["normalizer"]);
        var (preTokenizer, byteLevel) = PreTokenizerReader.Read(root["pre_tokenizer"]);
        var (merges, options) = ModelReader.ReadMerges(root["model"], modelVocabulary, byteLevel);
        var encoder = new TextEncoder(
            new AddedTokenMatcher(added.Where(token => !token.Normalized).Select(token => (token.Content, token))),
            normalizer,
            new AddedTokenMatcher(added.Where(token => token.Normalized).Select(token =>
                (normalizer?.Normalize(token.Content, CancellationToken.None) ?? token.Content, token))),
            preTokenizer,
            new BytePairModel(modelVocabulary, merges, options));
        return new Tokenizer(
            vocabulary,
            encoder,
            PostProcessorReader.Read(root["post_processor"]),
            DecoderReader.Read(root["decoder"]).Build(vocabulary));
    }

    private static TokenizerFormatException Refuse(string file, string place, string problem, Exception? inner) =>
        new(file, place.Length == 0 ? "(top level)" : place, problem, inner);
}
