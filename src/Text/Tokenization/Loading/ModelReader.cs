using System.Text.Json;
using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Merging;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>model</c>: BPE alone is supported.</summary>
internal static class ModelReader
{
    public static Dictionary<string, int> ReadVocabulary(JsonField model)
    {
        // Old files leave the type out; what tells BPE is its merges.
        if (!model["type"].IsNull && model["type"].String() is not "BPE" and var type)
        {
            throw model["type"].Unsupported(type, "BPE");
        }

        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (var (token, id) in model["vocab"].Members())
        {
            vocabulary[token] = id.Id();
        }

        return vocabulary;
    }

    public static (MergeTable Merges, BytePairOptions Options) ReadMerges(
        JsonField model, Dictionary<string, int> vocabulary, bool byteLevel)
    {
        RefuseText(model["continuing_subword_prefix"]);
        RefuseText(model["end_of_word_suffix"]);
        var dropout = model["dropout"];
        if (!dropout.IsNull && !dropout.IsZero)
        {
            throw dropout.Error("must be null or 0: encoding must not be random");
        }

        int unknown = -1;
        if (!model["unk_token"].IsNull && !vocabulary.TryGetValue(model["unk_token"].String(), out unknown))
        {
            throw model["unk_token"].Error($"\"{model["unk_token"].String()}\" is not in model.vocab");
        }

        var options = new BytePairOptions(
            byteLevel,
            model["ignore_merges"].Bool(missing: false),
            model["byte_fallback"].Bool(missing: false) ? ByteTokens(vocabulary) : null,
            unknown,
            model["fuse_unk"].Bool(missing: false));
        return (Merges(model["merges"], vocabulary), options);
    }

    private static MergeTable Merges(JsonField field, Dictionary<string, int> vocabulary)
    {
        var table = new MergeTable(vocabulary.Count);
        int rank = 0;
        foreach (var item in field.Items())
        {
            var (left, right) = Pair(item);
            table.Add(Id(left), Id(right), rank++, Id(left + right));

            int Id(string token) =>
                vocabulary.TryGetValue(token, out int id) ? id : throw item.Error($"\"{token}\" is not in model.vocab");
        }

        return table;
    }

    private static (string Left, string Right) Pair(JsonField item)
    {
        if (item.Kind == JsonValueKind.Array)
        {
            if (item.Items().Take(3).ToArray() is [var first, var second])
            {
                return (first.String(), second.String());
            }
        }
        else if (item.String().Split(' ', 3) is [var left, var right])
        {
            return (left, right);
        }

        throw item.Error("must be two tokens");
    }

    private static int[] ByteTokens(Dictionary<string, int> vocabulary) =>
        [.. Enumerable.Range(0, 256).Select(b => vocabulary.GetValueOrDefault($"<0x{b:X2}>", -1))];

    private static void RefuseText(JsonField field)
    {
        if (!field.IsNull && field.String() is { Length: > 0 } text)
        {
            throw field.Error($"\"{text}\" is not supported; must be null or empty");
        }
    }
}
