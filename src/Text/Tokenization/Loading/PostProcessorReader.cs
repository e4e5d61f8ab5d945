using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>post_processor</c>. Only what concerns a single text is read.</summary>
internal static class PostProcessorReader
{
    public static PostProcessor Read(JsonField field)
    {
        if (field.IsNull)
        {
            return PostProcessor.None;
        }

        return field["type"].String() switch
        {
            // It only moves offsets, which nobody asks for here.
            "ByteLevel" => PostProcessor.None,
            "TemplateProcessing" => Template(field),
            "Sequence" => field["processors"].Items().Select(Read).Aggregate(PostProcessor.None, (inner, outer) => inner.Within(outer)),
            var other => throw field["type"].Unsupported(other, "ByteLevel, Sequence, TemplateProcessing"),
        };
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
