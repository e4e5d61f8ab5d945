using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>added_tokens</c>.</summary>
internal static class AddedTokenReader
{
    // Matching costs at most this much work for each character of a text.
    private const int LongestContent = 1024;

    public static List<AddedToken> Read(JsonField field, IReadOnlyDictionary<string, int> model)
    {
        List<AddedToken> tokens = [];
        if (field.IsNull)
        {
            return tokens;
        }

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
            if (token.Content.Length is 0 or > LongestContent)
            {
                throw item["content"].Error($"must have 1 to {LongestContent} characters, but has {token.Content.Length}");
            }

            if (model.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw item["id"].Error($"is {token.Id}, but model.vocab gives \"{token.Content}\" the id {id}");
            }

            tokens.Add(token);
        }

        return tokens;
    }
}
