using System.Globalization;
using System.Text;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tokenization.Normalizing;

namespace ExpertCluster.Text.Tests.Tokenization.Normalizing;

public sealed class UnicodeNormalizerTests
{
    private static readonly UnicodeNormalizer Normalizer = new(NormalizationForm.FormC);

    public static TheoryData<NormalizationForm, string> Forms => new()
    {
        { NormalizationForm.FormC, "NFC" },
        { NormalizationForm.FormD, "NFD" },
        { NormalizationForm.FormKC, "NFKC" },
        { NormalizationForm.FormKD, "NFKD" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Normalize_EveryCharacter_EqualsReference(NormalizationForm form, string name)
    {
        // Alone, and between a letter and a mark of a low class, which shows its own class and what it composes with.
        var points = Enumerable.Range(0, 0x110000).Where(point => point is < 0xD800 or > 0xDFFF
            && CharUnicodeInfo.GetUnicodeCategory(point) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse));
        Compare(form, name, [.. points.Where(IsInteresting).Select(point => $"{new Rune(point)} a{new Rune(point)}\u0316{new Rune(point)}\u0301")]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Normalize_RandomMarks_EqualsReference(NormalizationForm form, string name)
    {
        var random = new Random(5);
        string[] parts =
        [
            "a", "e", "D", "K", "S", "\u0301", "\u0308", "\u0316", "\u0323", "\u0327", "\u0338", "\u0345", "\u0315", "\u1100", "\u1161",
            "\u11A8", "\uAC00", "\u0915", "\u093C", "\u0958", "\u094D", "\u05D0", "\u05B7", "\u0627", "\u0653", "\u09C7", "\u09BE",
            "\u1E69", "\u212B", "\uFDFA", "\u00BD", "\uFF76", "\uFF9E", "\u017F", "\u3392", "\uF900", "\U0001D15E", "\U0001D165", "\U00011099", "\U000110BA", " ", "\u200D",
        ];
        Compare(form, name, [.. Enumerable.Range(0, 5000).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)])))]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Normalize_RandomTexts_EqualsReference(NormalizationForm form, string name) => Compare(form, name, new RandomText(6).Many(1000));

    [Fact]
    public void Normalize_EndlessRunOfMarks_IsSortedNotShuffled()
    {
        // A run that insertion would need 10^11 steps for.
        const int Half = 300_000;
        string text = "a" + string.Concat(Enumerable.Repeat("\u0315\u0316", Half));

        string normalized = Normalizer.Normalize(text, Budgets.Of(text));

        Assert.Equal("a" + new string('\u0316', Half) + new string('\u0315', Half), normalized);
    }

    [Fact]
    public void Normalize_Settled_IsTheSameString()
    {
        const string Text = "plain, ünïcode, 繁體中文";

        Assert.Same(Text, Normalizer.Normalize(Text, Budgets.Of(Text)));
    }

    [Fact]
    public void Normalize_Cancelled_Stops() => Assert.Throws<OperationCanceledException>(
        () => Normalizer.Normalize("e\u0301", new TextBudget(TextLimits.Default, 2, new CancellationToken(canceled: true))));

    // Han and Hangul are many and alike: every 16th will do.
    private static bool IsInteresting(int point) =>
        point % 16 == 0 || point is not ((>= 0x3400 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0x17000 and <= 0x1CFFF) or >= 0x20000)
            || point is >= 0x2F800 and <= 0x2FA1D;

    private static void Compare(NormalizationForm form, string name, string[] texts)
    {
        string?[] reference = NpmReference.Ask<string?[]>("normalize.mjs", new() { ["texts"] = texts, ["form"] = name });
        var normalizer = new UnicodeNormalizer(form);
        Assert.InRange(reference.Count(text => text is not null), texts.Length * 9 / 10, texts.Length);
        for (int i = 0; i < texts.Length; i++)
        {
            if (reference[i] is { } expected)
            {
                Assert.Equal(expected, normalizer.Normalize(texts[i], Budgets.Of(texts[i])));
            }
        }
    }
}
