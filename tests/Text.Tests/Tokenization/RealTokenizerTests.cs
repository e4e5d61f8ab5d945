using System.Text.Json.Nodes;
using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>The files of real models: each must give what the tokenizers in Rust give of it, ids and texts.</summary>
public sealed class RealTokenizerTests
{
    /// <summary>One file has six thousand added tokens.</summary>
    private const int MostSpecials = 12;

    private static readonly string[] Prose =
    [
        "The quick brown fox jumps over the lazy dog. It's 3.14159 o'clock, isn't it? I'VE 1,234,567 reasons; we'll see…",
        "Der Überfluß an Äpfeln kostet 12,50 €. Où est-il? ¿Qué pasó? Señor Nuñez číta knihu; Żółć, đường, ångström.",
        "Съешь же ещё этих мягких французских булок. Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία. Հայերեն. ქართული ენა.",
        "שלום עולם, מה שלומך? مَرْحَبًا بِكُمْ فِي ١٢٣ مدينة. سلام دنیا. اُردُو زبان",
        "नमस्ते दुनिया। क्या हाल है? ১২৩ বাংলা ভাষা தமிழ் மொழி తెలుగు ಕನ್ನಡ മലയാളം සිංහල ภาษาไทยไม่มีเว้นวรรค ລາວ မြန်မာဘာသာ ភាសាខ្មែរ ትግርኛ",
        "敏捷的棕色狐狸跳过了懒狗。繁體中文的測試，沒問題嗎？日本語のテスト。カタカナと漢字、ひらがな。ｶﾀｶﾅ １２３ 한국어 시험입니다. 안녕하세요!",
        "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 thumbs, 🇩🇪🇯🇵, ❤️ ☎️ 5️⃣ 🧑🏿‍🚀 🫠 \u2764 x\u0301\u0302\u0303",
        "def f(x: int) -> str:\n\tif x >= 10:\n\t\treturn f'{x:,}'  # a comment\n    \n\n\nclass A(object):\r\n    pass\r\n\r\n",
        "   leading, trailing   \n  \n\t\t \n\n \u00A0\u3000\u2003mixed\u200B spaces \u2028 and\u2029 ends\u0085 ",
        "{\"a\": [1, 2.50, -3e-7], \"b\": null, \"c\": {\"d\": \"\\u00e9\\n\"}}\n<div class=\"x\">&amp;</div> \\frac{a}{b} $x^2$ http://a.b/c?d=e&f=%20#g",
        "ﬁne ﬂuﬀ ½ ² ³ Å Å é é ǆ Ⅷ ㍿ ﷺ ｱ ① 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ＡＢＣ ſ ẞ İ ı ŉ",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ======================== ........................ 00000000000000000000 ____________",
        "▁a ▁▁b Ġc Ċ <0x41><0x0A> <s> </s> <unk> <|endoftext|> [INST] <bos> <|im_start|>user\nhi<|im_end|> � \0 \u0007 \u001B[0m",
        "",
        " ",
    ];

    public static TheoryData<string> Names => [.. RealTokenizers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeAndDecode_AreTheJudges(string name)
    {
        string file = RealTokenizers.Get(name);
        var tokenizer = Tokenizer.Load(file);
        var random = new RandomText(17, SpecialsOf(file));
        string[] texts = [.. Prose, .. random.Many(600)];
        int[][] ids = [.. Enumerable.Range(0, 300).Select(_ => random.Ids(tokenizer.VocabularySize)).Select(many => many.Where(tokenizer.Contains).ToArray())];

        var judge = NpmReference.Ask<Judgement>("judge.mjs", new() { ["file"] = file, ["texts"] = texts, ["ids"] = ids });

        List<string> differences = [];
        for (int i = 0; i < texts.Length; i++)
        {
            Note("plain", texts[i], judge.Plain[i], tokenizer.Encode(texts[i]));
            Note("framed", texts[i], judge.Framed[i], tokenizer.Encode(texts[i], addSpecialTokens: true));
        }

        int[][] all = [.. judge.Plain, .. ids];
        for (int i = 0; i < all.Length; i++)
        {
            Read("whole", all[i], judge.Whole[i], skip: false);
            Read("bare", all[i], judge.Bare[i], skip: true);
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(8))}");

        void Note(string what, string text, int[] expected, int[] actual)
        {
            if (!expected.SequenceEqual(actual))
            {
                differences.Add($"{what} of {Escaped(text)}\n  expected {string.Join(' ', expected)}\n  actual   {string.Join(' ', actual)}");
            }
        }

        void Read(string what, int[] tokens, string expected, bool skip)
        {
            foreach (string actual in (string[])[tokenizer.Decode(tokens, skip), Agreement.Streamed(tokenizer, tokens, skip)])
            {
                if (actual != expected)
                {
                    differences.Add($"{what} of {string.Join(' ', tokens)}\n  expected {Escaped(expected)}\n  actual   {Escaped(actual)}");
                }
            }
        }
    }

    private static string Escaped(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string[] SpecialsOf(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(file))!["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!).Take(MostSpecials)];

    private sealed record Judgement(int[][] Plain, int[][] Framed, string[] Whole, string[] Bare);
}
