using System.Text;
using System.Text.Json;

namespace ExpertCluster.Fuzz.Grammars;

/// <summary>tokenizer.json: a small vocabulary, and every kind of step, in any order.</summary>
internal sealed class TokenizerGrammar(Random random)
{
    private static readonly string[] Texts = ["", " ", "a", "b", "ab", "aa", "▁", "Ġ", "é", "e\u0301", "\U0001F600", "<s>", "</s>", "\0", "\n", "가", "aaaa", "x"];
    private static readonly string[] Behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous", "Isolated", "Removed", "Other"];

    private static readonly string[] Decoders =
    [
        """{"type":"ByteLevel"}""", """{"type":"Fuse"}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""",
        """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""",
        """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaa"},{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaa"},{"type":"Fuse"}]}""",
    ];

    private static readonly (string, string)[] Merges = [("a", "b"), ("a", "a"), ("aa", "b"), ("▁", "a"), ("aa", "aa"), ("ab", "ab")];

    private readonly RegexGrammar _regexes = new(random);

    public byte[] Make()
    {
        var vocabulary = Vocabulary();
        return Encoding.UTF8.GetBytes($$"""
            {"added_tokens":[{{random.Join(random.Count(3, 40), ",", AddedToken)}}],"normalizer":{{Normalizer(2)}},"pre_tokenizer":{{PreTokenizer(2)}},"decoder":{{Decoder(2)}},
            "post_processor":{{PostProcessor(1)}},"model":{"type":"BPE","unk_token":{{(random.In(40) ? "\"zz\"" : random.Of(["null", "\"a\"", "\"<s>\""]))}},"fuse_unk":{{Flag()}},"byte_fallback":{{Flag()}},"ignore_merges":{{Flag()}},
            "vocab":{{JsonSerializer.Serialize(vocabulary)}},"merges":[{{random.Join(random.Count(6, 200), ",", () => Merge(vocabulary))}}]} }
            """);
    }

    private Dictionary<string, int> Vocabulary()
    {
        Dictionary<string, int> tokens = [];
        int id = 0;
        foreach (string token in (string[])["<s>", "a", "b", "c", "▁", "Ġ", " ", "ab", "aa", "aab", "▁a", "aaaa", "abab", "x"])
        {
            tokens[token] = random.In(400) ? random.Next(5000) : id++;
        }

        if (random.In(3))
        {
            for (int b = 0; b < 256; b++)
            {
                tokens[$"<0x{b:X2}>"] = id++;
            }
        }

        return tokens;
    }

    private string Merge(Dictionary<string, int> vocabulary)
    {
        string token = random.Of([.. vocabulary.Keys]);
        int cut = random.Next(token.Length + 1);
        var (left, right) = random.In(200) ? (token[..cut], token[cut..]) : random.Of(Merges);
        return random.In(2) ? Text($"{left} {right}") : $"[{Text(left)},{Text(right)}]";
    }

    private string AddedToken() =>
        $$"""{"id":{{random.Next(random.In(60) ? 5_000_000 : 300)}},"content":{{(random.In(60) ? Some() : random.Of(["\"<x>\"", "\"<x><x>\"", "\"e\u0301\"", "\" y\"", "\"\\n\"", "\"😀\""]))}},"single_word":{{Flag()}},"lstrip":{{Flag()}},"rstrip":{{Flag()}},"normalized":{{Flag()}},"special":{{Flag()}}}""";

    private string Normalizer(int depth) => random.Next(6) switch
    {
        0 => "null",
        1 => $$"""{"type":"{{random.Of(["NFC", "NFD", "NFKC", "NFKD"])}}"}""",
        2 => $$"""{"type":"Prepend","prepend":{{Some()}}}""",
        3 or 4 => $$"""{"type":"Replace","pattern":{{Pattern()}},"content":{{Some()}}}""",
        _ => depth == 0 ? random.In(9) ? """{"type":"Lowercase"}""" : """{"type":"NFC"}""" : $$"""{"type":"Sequence","normalizers":[{{random.Join(random.Count(4, 40), ",", () => Normalizer(depth - 1))}}]}""",
    };

    private string PreTokenizer(int depth) => random.Next(7) switch
    {
        0 when depth == 2 || random.In(9) => "null",
        0 or 1 when depth == 2 || random.In(9) => $$"""{"type":"ByteLevel","add_prefix_space":{{Flag()}},"use_regex":{{Flag()}}}""",
        1 or 2 or 3 => $$"""{"type":"Split","pattern":{{Pattern()}},"behavior":"{{random.Of(Behaviors)}}","invert":{{Flag()}}}""",
        4 => $$"""{"type":"Digits","individual_digits":{{Flag()}}}""",
        5 => $$"""{"type":"Metaspace","replacement":{{random.Of(["\"▁\"", "\"a\"", "\"_\""])}},"prepend_scheme":"{{random.Of(["always", "first", "never"])}}","split":{{Flag()}}}""",
        _ => depth == 0 ? random.In(9) ? """{"type":"Whitespace"}""" : """{"type":"Digits"}""" : $$"""{"type":"Sequence","pretokenizers":[{{random.Join(random.Count(4, 40), ",", () => PreTokenizer(depth - 1))}}]}""",
    };

    private string Decoder(int depth) => random.Next(4) > 0 ? random.Of(Decoders) : random.Next(8) switch
    {
        0 or 1 => """{"type":"ByteLevel"}""",
        2 => """{"type":"ByteFallback"}""",
        3 => """{"type":"Fuse"}""",
        4 => $$"""{"type":"Strip","content":{{random.Of(["\" \"", "\"a\"", "\"\""])}},"start":{{random.Next(3)}},"stop":{{(random.In(5) ? 1 : 0)}}}""",
        5 => $$"""{"type":"Replace","pattern":{"String":{{Some()}}},"content":{{Some()}}}""",
        6 => """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""",
        _ => depth == 0 ? """{"type":"WordPiece"}""" : $$"""{"type":"Sequence","decoders":[{{random.Join(random.Count(5, 40), ",", () => Decoder(depth - 1))}}]}""",
    };

    private string PostProcessor(int depth) => random.Next(4) switch
    {
        0 => "null",
        1 => """{"type":"ByteLevel"}""",
        2 => $$"""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"{{(random.In(20) ? "B" : "A")}}","type_id":0} }],"special_tokens":{"<s>":{"id":"<s>","ids":[{{random.Join(random.Count(2, 80), ",", () => $"{random.Next(300)}")}}],"tokens":["<s>"]} } }""",
        _ => depth == 0 ? """{"type":"ByteLevel"}""" : $$"""{"type":"Sequence","processors":[{{random.Join(random.Count(3, 40), ",", () => PostProcessor(depth - 1))}}]}""",
    };

    private string Pattern() => random.In(2) ? $$"""{"String":{{Some()}}}""" : $$"""{"Regex":{{Text(_regexes.Make())}}}""";

    private string Some() => random.In(30) ? Text(string.Concat(Enumerable.Repeat(random.Of(Texts), random.Next(1200)))) : Text(random.Of(Texts));

    private string Flag() => random.In(2) ? "true" : "false";

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
