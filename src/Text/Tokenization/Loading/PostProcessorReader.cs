using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>post_processor</c>. Only what concerns a single text is read.</summary>
internal static class PostProcessorReader
{
    public static PostProcessor Read(JsonField field)
    {
        int steps = 0;
        var read = Read(field, ref steps);
        int ids = read.Before.Count + read.After.Count;
        return ids <= TokenizerFileLimits.AroundText
            ? read
            : throw field.Error($"puts {ids} ids around a text; at most {TokenizerFileLimits.AroundText} are taken");
    }

    private static PostProcessor Read(JsonField field, ref int steps)
    {
        if (field.IsNull)
        {
            return PostProcessor.None;
        }

        field.Count(ref steps);
        return field["type"].String() switch
        {
            // It only moves offsets, which nobody asks for here.
            "ByteLevel" => PostProcessor.None,
            "TemplateProcessing" => Template(field),
            "Sequence" => Sequence(field["processors"], ref steps),
            var other => throw field["type"].Unsupported(other, "ByteLevel, Sequence, TemplateProcessing"),
        };
    }

    private static PostProcessor Sequence(JsonField field, ref int steps)
    {
        var inner = PostProcessor.None;
        foreach (var processor in field.Items())
        {
            inner = inner.Within(Read(processor, ref steps));
        }

        return inner;
    }

    private static PostProcessor Template(JsonField field)
    {
        List<int> before = [];
        List<int> after = [];
        bool seen = false;
        foreach (var item in field["single"].Items())
        {
            if (!item["Sequence"].IsNull)
            {
                if (seen || item["Sequence"]["id"].String() != "A")
                {
                    throw item.Error("must be the sequence A, once");
                }

                seen = true;
                continue;
            }

            string name = item["SpecialToken"]["id"].String();
            var ids = field["special_tokens"][name]["ids"].Items().Select(id => id.Id());
            (seen ? after : before).AddRange(ids);
        }

        return seen ? new PostProcessor(before, after) : throw field["single"].Error("has no sequence A");
    }
}
