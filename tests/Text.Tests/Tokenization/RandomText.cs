using System.Text;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>
/// Seeded text of the kinds that break tokenizers: scripts with combining marks, supplementary planes, emoji
/// sequences, runs of white space, control characters, contractions, digits, special tokens. Its characters
/// are all in Unicode 15, so that references with older tables agree on their categories.
/// </summary>
internal sealed class RandomText(int seed, params string[] specials)
{
    private static readonly (int First, int Last)[] Ranges =
    [
        ('a', 'z'), ('a', 'z'), ('A', 'Z'), ('0', '9'), (0x20, 0x7E),
        (0xA1, 0x17F), (0x300, 0x36F), (0x391, 0x3A1), (0x3B1, 0x3C9), (0x410, 0x44F), (0x5D0, 0x5EA), (0x627, 0x652),
        (0x905, 0x939), (0x93E, 0x94D), (0x958, 0x961), (0x966, 0x96F), (0xE01, 0xE3A), (0x1100, 0x1112), (0x1161, 0x1175),
        (0x11A8, 0x11C2), (0x1E00, 0x1EFF), (0x2018, 0x2027), (0x2070, 0x2071), (0x20A0, 0x20BF), (0x2100, 0x214F),
        (0x2160, 0x2188), (0x2460, 0x24FF), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3),
        (0xE000, 0xE010), (0xF900, 0xFA6D), (0xFF01, 0xFF5E),
        (0x10330, 0x1034A), (0x10400, 0x1044F), (0x11080, 0x110B9), (0x1D165, 0x1D169), (0x1D400, 0x1D454),
        (0x1D7CE, 0x1D7FF), (0x1E900, 0x1E943), (0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F3FB, 0x1F3FF),
        (0x20000, 0x2A6DF), (0x2F800, 0x2FA1D), (0xF0000, 0xF0010),
    ];

    private static readonly string[] Phrases =
    [
        "नमस्ते दुनिया", "तुम्ही कसे आहात? मी ठीक आहे.", "क्‍षत्रिय", "ज़रूरत", "繁體中文的測試，沒問題嗎？", "龍鳳呈祥",
        "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "é", "e\u0301", "ñandú", "don't", "I'VE", "we'll", "'s", "the quick brown fox", "Ελληνικά",
        "שלום", "مرحبا", "ﬁne", "12345678", "3.14159", "١٢٣", "½", "x²", "def f(x):\n\treturn x\n", "\r\n", "\n\n\n", "\t\t",
        "          ", " ", "  ", "\u00A0", "\u2003\u2003", "\u3000", "\u200B", "\u200D", "\0", "\u0007", "\u001B[0m", "\u007F",
        "!!!", "...", " -- ", "<|", "|>", "</s", "<0x41>", "▁", "▁▁▁", "Ġ", "\uFFFD", "http://a.b/c?d=e&f",
    ];

    private readonly Random _random = new(seed);

    public string[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    public string Next()
    {
        var text = new StringBuilder();
        for (int parts = _random.Next(1, 12); parts > 0; parts--)
        {
            switch (_random.Next(specials.Length > 0 ? 5 : 4))
            {
                case 0:
                    text.Append(Pick(Phrases));
                    break;
                case 1:
                    text.Append(' ', _random.Next(1, 4));
                    break;
                case 4:
                    text.Append(Pick(specials));
                    break;
                default:
                    var range = Pick(Ranges);
                    for (int length = _random.Next(1, 8); length > 0; length--)
                    {
                        text.Append(new Rune(_random.Next(range.First, range.Last + 1)));
                    }

                    break;
            }
        }

        return text.ToString();
    }

    public int[] Ids(int vocabulary) => [.. Enumerable.Range(0, _random.Next(1, 24)).Select(_ => _random.Next(vocabulary))];

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
