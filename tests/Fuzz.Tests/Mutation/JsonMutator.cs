using System.Text;
using System.Text.Json;

namespace ExpertCluster.Fuzz.Mutation;

/// <summary>Changes a JSON document as a tree, so that it stays one most of the time: values, keys, members left out, doubled or taken from elsewhere, depth.</summary>
internal sealed class JsonMutator(Random random, IReadOnlyList<string> words)
{
    private const int Deepest = 300;
    private const int MostCopies = 300;

    /// <summary>Values are shared by those who hold them, so that copies of copies cost nothing until they are written: more than there is memory.</summary>
    private const int MostCopiedBytes = 1 << 16;
    private const int MostValues = 1 << 14;

    /// <summary>Null: it is no JSON.</summary>
    public byte[]? Mutate(byte[] input, byte[] other)
    {
        if (JsonTree.Parse(input) is not { } tree)
        {
            return null;
        }

        for (int changes = random.Next(3) > 0 ? 1 : 1 + random.Next(4); changes > 0; changes--)
        {
            Change(tree, other);
        }

        return tree.ToBytes();
    }

    private void Change(JsonTree tree, byte[] other)
    {
        List<JsonTree> all = [];
        tree.Collect(all);
        if (all.Count > MostValues)
        {
            return;
        }

        var collections = all.FindAll(t => t.Raw is null);
        if (collections.Count == 0)
        {
            tree.Raw = Scalar();
            return;
        }

        var items = collections[random.Next(collections.Count)].Items;
        if (items.Count == 0)
        {
            items.Add((Key(), JsonTree.Of(Scalar())));
            return;
        }

        int at = random.Next(items.Count);
        switch (random.Next(9))
        {
            case 0 or 1:
                items[at] = (items[at].Key, JsonTree.Of(Scalar()));
                break;
            case 2:
                items.RemoveAt(at);
                break;
            case 3:
                items.Insert(random.Next(items.Count + 1), items[at]);
                break;
            case 4:
                items[at] = (Key(), items[at].Value);
                break;
            case 5:
                items.Insert(at, (Key(), JsonTree.Of(Scalar())));
                break;
            case 6:
                items[at] = (items[at].Key, Elsewhere(other) ?? Deep(items[at].Value));
                break;
            case 7:
                items[at] = (items[at].Key, Deep(items[at].Value));
                break;
            default:
                items[at] = (items[at].Key, Many(items[at].Value));
                break;
        }
    }

    private JsonTree? Elsewhere(byte[] other)
    {
        if (JsonTree.Parse(other) is not { } tree)
        {
            return null;
        }

        List<JsonTree> all = [];
        tree.Collect(all);
        return all[random.Next(all.Count)];
    }

    private JsonTree Deep(JsonTree value)
    {
        int depth = random.Next(3) > 0 ? random.Next(1, 4) : random.Next(Deepest);
        string raw = Encoding.Latin1.GetString(value.ToBytes());
        return JsonTree.Of(random.Next(2) == 0
            ? new string('[', depth) + raw + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + raw + new string('}', depth));
    }

    private JsonTree Many(JsonTree value)
    {
        JsonTree list = new();
        int copies = random.Next(3) > 0 ? random.Next(4) : random.Next(MostCopies);
        copies = Math.Min(copies, Math.Max(1, MostCopiedBytes / Math.Max(1, value.ToBytes().Length)));
        list.Items.AddRange(Enumerable.Repeat(((string?)null, value), copies));
        return list;
    }

    private string Key() => random.Next(4) == 0 || words.Count == 0 ? Interesting.JsonTexts[random.Next(Interesting.JsonTexts.Length)] : Quoted(words[random.Next(words.Count)]);

    private string Scalar() => random.Next(6) switch
    {
        0 or 1 => Interesting.Numbers[random.Next(Interesting.Numbers.Length)],
        2 => Interesting.JsonTexts[random.Next(Interesting.JsonTexts.Length)],
        3 => Interesting.JsonOthers[random.Next(Interesting.JsonOthers.Length)],
        4 => $"\"{new string((char)random.Next('a', 'z'), random.Next(4) > 0 ? random.Next(40) : random.Next(5000))}\"",
        _ => words.Count == 0 ? "null" : Quoted(words[random.Next(words.Count)]),
    };

    private static string Quoted(string word) => JsonSerializer.Serialize(word);
}
