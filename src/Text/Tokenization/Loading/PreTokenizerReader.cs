using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>pre_tokenizer</c>.</summary>
internal static class PreTokenizerReader
{
    // GPT-2's split, which the ByteLevel pre-tokenizer applies when use_regex is true.
    private const string ByteLevelRegex =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <returns>The steps (null: text is one word), and whether words are then merged as bytes.</returns>
    public static (IPreTokenizer? PreTokenizer, bool ByteLevel) Read(JsonField field)
    {
        if (field.IsNull)
        {
            return (null, false);
        }

        List<IPreTokenizer> steps = [];
        bool byteLevel = false;
        int count = 0;
        AddSteps(field, steps, ref byteLevel, ref count);
        return (steps is [var only] ? only : new SequencePreTokenizer(steps), byteLevel);
    }

    private static void AddSteps(JsonField field, List<IPreTokenizer> steps, ref bool byteLevel, ref int count)
    {
        field.Count(ref count);
        if (byteLevel)
        {
            throw field.Error("stands after ByteLevel, which must be the last step");
        }

        switch (field["type"].String())
        {
            case "Sequence":
                foreach (var step in field["pretokenizers"].Items())
                {
                    AddSteps(step, steps, ref byteLevel, ref count);
                }

                break;
            case "ByteLevel":
                byteLevel = true;
                if (field["add_prefix_space"].Bool(missing: true))
                {
                    steps.Add(new PrefixSpacePreTokenizer());
                }

                if (field["use_regex"].Bool(missing: true))
                {
                    steps.Add(new SplitPreTokenizer(new RegexPattern(ByteLevelRegex), SplitBehavior.Isolated, invert: false));
                }

                break;
            case "Split":
                steps.Add(new SplitPreTokenizer(
                    PatternReader.Read(field["pattern"]), Behavior(field["behavior"]), field["invert"].Bool(missing: false)));
                break;
            case "Digits":
                bool individual = field["individual_digits"].Bool(missing: false);
                steps.Add(new SplitPreTokenizer(
                    new NumericPattern(), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous, invert: false));
                break;
            case "Metaspace":
                steps.Add(Metaspace(field));
                break;
            case var other:
                throw field["type"].Unsupported(other, "ByteLevel, Digits, Metaspace, Sequence, Split");
        }
    }

    private static SplitBehavior Behavior(JsonField field) => field.String() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw field.Unsupported(other, "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    private static MetaspacePreTokenizer Metaspace(JsonField field) =>
        new(field["replacement"].Char(), MetaspaceScheme.Read(field), field["split"].Bool(missing: true));
}
