using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>added_tokens</c>.</summary>
internal static class AddedTokenReader
{
    public static List<AddedToken> Read(JsonField field, IReadOnlyDictionary<string, int> model)
    {
        List<AddedToken> tokens = [];
        if (field.IsNull)
        {
            return tokens;
        }

        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        long characters = 0L;
        foreach (var item in field.Items())
        {
            bool special = item["special"].Bool(missing: false);
            var token = new AddedToken(
                item["id"].Id(),
                item["content"].String(),
                item["single_word"].Bool(missing: false),
                item["lstrip"].Bool(missing: false),
                item["rstrip"].Bool(missing: false),
                item["normalized"].Bool(missing: !special),
                special);
            if (token.Content.Length is 0 or > TokenizerFileLimits.AddedToken)
            {
                throw item["content"].Error($"must have 1 to {TokenizerFileLimits.AddedToken} characters, but has {token.Content.Length}");
            }

            if (model.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw item["id"].Error($"is {token.Id}, but model.vocab gives \"{token.Content}\" the id {id}");
            }

            if (!ids.TryAdd(token.Content, token.Id) && ids[token.Content] != token.Id)
            {
                throw item["id"].Error($"is {token.Id}, but an added token before it gives \"{token.Content}\" the id {ids[token.Content]}");
            }

            characters += token.Content.Length;
            if (characters > TokenizerFileLimits.AddedTokens)
            {
                throw field.Error($"has more than {TokenizerFileLimits.AddedTokens} characters in all tokens");
            }

            tokens.Add(token);
        }

        return tokens;
    }
}
