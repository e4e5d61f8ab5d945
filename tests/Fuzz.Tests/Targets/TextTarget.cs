using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>What clients send, to tokenizers of each kind. The first byte says which, the rest is the text.</summary>
internal sealed class TextTarget : FuzzTarget
{
    private const long MostBytes = 16 << 20;

    private static readonly TextLimits Limits = TextLimits.Default with { Bytes = MostBytes };

    private static readonly string[] Units = ["a", " ", "\n", "é", "e\u0301", "\u0301", "\uac00", "\u1100\u1161\u11a8", "\U0001F600", "\u200d", "1", "'s", "<|end|>", "<s>", "\ud800", "\udc00", "\0", "▁", "中", "\ufffd", "aB", "!"];

    private readonly Tokenizer[] _tokenizers;

    public TextTarget(string folder)
    {
        const string Vocabulary = """ "decoder":{"type":"Fuse"},"model":{"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"a":1,"b":2," ":3,"aa":4,"▁":5,"▁a":6},"merges":["a a","▁ a"]}} """;
        string[] files =
        [
            """{"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Digits","individual_digits":true},""" + Vocabulary,
            """{"added_tokens":[{"id":9,"content":"<s>","lstrip":true,"rstrip":true,"normalized":true,"single_word":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},""" + Vocabulary,
            """{"normalizer":{"type":"Replace","pattern":{"Regex":"a|b"},"content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated"},""" + Vocabulary,
            """{"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"},""" + Vocabulary,
        ];
        _tokenizers = [Tokenizer.Load(TestSupport.RepositoryRoot.Combine("models", "demo", "base", "tokenizer.json")), .. files.Select((text, i) => Load(Path.Combine(folder, $"{i}.json"), text))];
    }

    public override string Name => "text";

    public override int Executions => 8000;

    public override int LongestInput => 1 << 15;

    public override long MostAllocated(int length) => (2 * MostBytes) + (2000L * length);

    public override IReadOnlyList<string> Words => Units;

    public override IEnumerable<byte[]> Seeds() => Enumerable.Range(0, 6).Select(i => Of(i, "The tenant pays 12.50 € on <|end|> time,\n\n<s> e\u0301 \U0001F600 it's."));

    public override byte[] Generate(Random random) => Of(random.Next(6), random.Join(random.Count(12, 300), "", () => string.Concat(Enumerable.Repeat(random.Of(Units), random.Count(3, 300)))));

    public override Outcome Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return Outcome.Taken;
        }

        var tokenizer = _tokenizers[input[0] % _tokenizers.Length];

        // As UTF-16, so that halves of surrogate pairs can stand alone.
        string text = input[0] >= 128 ? Encoding.Unicode.GetString(input.AsSpan(1)) : Encoding.UTF8.GetString(input.AsSpan(1));
        try
        {
            int[] ids = tokenizer.Encode(text, addSpecialTokens: true, Limits, CancellationToken.None);
            tokenizer.Decode(ids, skipSpecialTokens: input[0] % 2 == 0);
            return Outcome.Taken;
        }
        catch (TextLimitException limit)
        {
            return Outcome.Limited(limit.Message);
        }
    }

    private static byte[] Of(int tokenizer, string text) => [(byte)tokenizer, .. Encoding.UTF8.GetBytes(text)];

    private static Tokenizer Load(string path, string text)
    {
        File.WriteAllText(path, text);
        return Tokenizer.Load(path);
    }
}
