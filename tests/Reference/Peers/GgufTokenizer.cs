using System.Text.Json.Nodes;

namespace ExpertCluster.Reference.Peers;

/// <summary>A byte-level tokenizer.json as llama.cpp's metadata, whose kind for that is called gpt2.</summary>
internal static class GgufTokenizer
{
    private const int Normal = 1;
    private const int Control = 3;

    public static void Write(string path, GgufWriter file)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var model = json["model"]!;
        SortedDictionary<int, (string Text, int Kind)> tokens = [];
        foreach ((string text, var id) in model["vocab"]!.AsObject())
        {
            tokens[(int)id!] = (text, Normal);
        }

        foreach (var token in json["added_tokens"]!.AsArray())
        {
            tokens[(int)token!["id"]!] = ((string)token["content"]!, Control);
        }

        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", "gpt-2");
        file.Add("tokenizer.ggml.tokens", [.. tokens.Values.Select(t => t.Text)]);
        file.Add("tokenizer.ggml.token_type", [.. tokens.Values.Select(t => t.Kind)]);
        file.Add("tokenizer.ggml.merges", [.. model["merges"]!.AsArray().Select(Merge)]);
        file.Add("tokenizer.ggml.bos_token_id", 1);
        file.Add("tokenizer.ggml.eos_token_id", 2);
        file.Add("tokenizer.ggml.add_bos_token", false);
    }

    private static string Merge(JsonNode? merge) => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!;
}
