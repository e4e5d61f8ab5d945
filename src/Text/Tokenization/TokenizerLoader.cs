using System.Text.Json;
using ExpertCluster.Files;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Decoding;
using ExpertCluster.Text.Tokenization.Loading;
using ExpertCluster.Text.Tokenization.Merging;
using ExpertCluster.Text.Tokenization.Normalizing;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization;

/// <summary>
/// Builds a tokenizer from its file. <c>truncation</c> and <c>padding</c> are left out of account: they are
/// wishes about batches for training, and transformers ignores them too.
/// </summary>
internal static class TokenizerLoader
{
    public static Tokenizer Load(INamedFiles files, string name)
    {
        string path = files.Describe(name);
        using var document = Parse(files, name, path);
        return JsonStrings.FindWrong(document.RootElement) is { } place
            ? throw Refuse(path, place, JsonStrings.Problem, null)
            : Build(new JsonField(document.RootElement, "", new JsonSource(path, Refuse)));
    }

    private static JsonDocument Parse(INamedFiles files, string name, string path)
    {
        try
        {
            byte[] bytes = files.Read(name, TokenizerFileLimits.FileBytes) ?? throw new FileNotFoundException($"{path} is missing");
            return JsonDocument.Parse(JsonBytes.WithoutMark(bytes), new JsonDocumentOptions { MaxDepth = TokenizerFileLimits.Depth });
        }
        catch (JsonException malformed)
        {
            throw new TokenizerFormatException(path, "(file)", $"is not JSON: {malformed.Message}", malformed);
        }
        catch (FileRefusedException refused)
        {
            throw new TokenizerFormatException(path, "(file)", refused.Problem, refused);
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
            new AddedTokenMatcher(Normalized(added.Where(token => token.Normalized), normalizer, root["normalizer"])),
            preTokenizer,
            new BytePairModel(modelVocabulary, merges, options));
        return new Tokenizer(
            vocabulary,
            encoder,
            PostProcessorReader.Read(root["post_processor"]),
            Decoded(root["decoder"], vocabulary));
    }

    private static IEnumerable<(string Text, AddedToken Token)> Normalized(IEnumerable<AddedToken> tokens, INormalizer? normalizer, JsonField field)
    {
        int characters = 0;
        foreach (var token in tokens)
        {
            string text = token.Content;
            try
            {
                text = normalizer?.Normalize(text, new TextBudget(TextLimits.Default, text.Length, CancellationToken.None)) ?? text;
            }
            catch (TextLimitException limit)
            {
                throw field.Error($"can't be used for the added token \"{token.Content}\", which {limit.Message}", limit);
            }

            characters += text.Length;
            if (text.Length > TokenizerFileLimits.AddedToken || characters > TokenizerFileLimits.AddedTokens)
            {
                throw field.Error(
                    $"makes {text.Length} characters of the added token \"{token.Content}\"; at most {TokenizerFileLimits.AddedToken} are taken, and {TokenizerFileLimits.AddedTokens} of all");
            }

            yield return (text, token);
        }
    }

    private static TokenBytes Decoded(JsonField field, Vocabulary vocabulary)
    {
        try
        {
            return DecoderReader.Read(field).Build(vocabulary, TokenizerFileLimits.TokenBytes);
        }
        catch (TextLimitException limit)
        {
            throw field.Error(limit.Message, limit);
        }
    }

    private static TokenizerFormatException Refuse(string file, string place, string problem, Exception? inner) =>
        new(file, place.Length == 0 ? "(top level)" : place, problem, inner);
}
