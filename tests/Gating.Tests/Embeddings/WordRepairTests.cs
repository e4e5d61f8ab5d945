using System.Text;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Embeddings;

public sealed class WordRepairTests
{
    private static readonly WordRepair Repair = WordRepair.Of(File.ReadAllBytes(Path.Combine(SentenceModels.MiniLm, "vocab.txt")));

    [Theory]
    [InlineData("the tenatn shall pay", "the tenant shall pay")]
    [InlineData("a Coyrt decides", "a court decides")]
    [InlineData("chemsitry, pleas", "chemistry, pleas")]
    public void Mend_ASlip_BecomesTheWord(string text, string mended) => Assert.Equal(mended, Repair.Mend(text, 1000));

    [Theory]
    [InlineData("The tenant shall pay the rent.")]
    [InlineData("supraventricular tachycardia")]
    [InlineData("musicc")]
    [InlineData("x1234 qwx zz")]
    [InlineData("")]
    [InlineData("\uD800 \0 \uFFFF")]
    public void Mend_WhatIsNoSlip_Stays(string text) => Assert.Equal(text, Repair.Mend(text, 1000));

    [Fact]
    public void Mend_WithoutWords_LeavesAll() => Assert.Equal("tenatn", WordRepair.None.Mend("tenatn", 1000));

    [Fact]
    public void Mend_LongText_ReadsItsBeginning() => Assert.Equal(100, Repair.Mend(new string('q', 1_000_000), 100).Length);

    [Fact]
    public void Mend_RandomUnits_NeverThrows()
    {
        Random random = new(1);
        for (int i = 0; i < 2_000; i++)
        {
            StringBuilder text = new();
            for (int length = random.Next(80); length > 0; length--)
            {
                text.Append((char)random.Next(i % 2 == 0 ? 0x180 : 0x10000));
            }

            Repair.Mend(text.ToString(), 1000);
        }
    }
}
