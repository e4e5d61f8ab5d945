using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>tokenizer.json: read, then used on texts, which it may make costly.</summary>
internal sealed class TokenizerTarget(string folder) : FileTarget(folder, "tokenizer.json")
{
    private const long MostBytes = 8 << 20;

    private static readonly TextLimits Limits = TextLimits.Default with { Bytes = MostBytes };

    private static readonly string[] Texts =
    [
        "", "a", "ab ba  aab\n\nabab 12 345!", "<s>ab</s> <s>", "e\u0301\u0301 \uac00\u11a8 \U0001F600\u200d\U0001F600 \ud800x", new string('a', 600), new string(' ', 600) + "!", string.Concat(Enumerable.Repeat("ab", 300)),
        string.Concat(Enumerable.Repeat("\u0301", 400)), "\0\u001b\ufffd\uffff",
    ];

    public override string Name => "tokenizer";

    public override int Executions => 900;

    public override bool IsJson => true;

    public override bool MayNamePaths => true;

    /// <summary>What its tables take, and what each text may.</summary>
    public override long MostAllocated(int length) => (64L << 20) + (2000L * length) + (2L * Texts.Length * MostBytes);

    public override double MostSeconds => 10;

    public override IReadOnlyList<string> Words =>
    [
        "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model", "vocab", "merges", "type", "BPE", "ByteLevel", "Sequence", "Split", "Replace", "Regex", "String", "pattern", "content",
        "id", "special", "lstrip", "normalized", "NFC", "Prepend", "prepend", "Digits", "Metaspace", "replacement", "Fuse", "Strip", "ByteFallback", "behavior", "Isolated", "invert", "unk_token",
        "byte_fallback", "a", "ab", "\u2581", "\u0120",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        var random = new Random(7);
        return Enumerable.Range(0, 12).Select(_ => new TokenizerGrammar(random).Make());
    }

    public override byte[] Generate(Random random) => new TokenizerGrammar(random).Make();

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            var tokenizer = Tokenizer.Load(File);
            int limited = 0;
            string? why = null;
            foreach (string text in Texts)
            {
                try
                {
                    int[] ids = tokenizer.Encode(text, addSpecialTokens: true, Limits, CancellationToken.None);
                    tokenizer.Decode(ids.AsSpan(0, Math.Min(ids.Length, 2000)), skipSpecialTokens: false);
                }
                catch (TextLimitException limit)
                {
                    (limited, why) = (limited + 1, limit.Message);
                }
            }

            return limited == 0 ? Outcome.Taken : Outcome.Limited(why);
        }
        catch (TokenizerFormatException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}
