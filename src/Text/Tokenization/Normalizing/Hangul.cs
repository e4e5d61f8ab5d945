namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>The rule for Hangul syllables (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    public const int LeadBase = 0x1100;
    public const int Leads = 19;
    public const int VowelBase = 0x1161;
    public const int Vowels = 21;

    /// <summary>The first tail; the rule's index 0 is no tail.</summary>
    public const int TailBase = 0x11A8;
    public const int Tails = 27;

    private const int SyllableBase = 0xAC00;
    private const int TailSlots = Tails + 1;

    public static bool IsSyllable(int point) => point is >= SyllableBase and < SyllableBase + (Leads * Vowels * TailSlots);

    public static (int Lead, int Vowel, int Tail) Decompose(int syllable)
    {
        int index = syllable - SyllableBase;
        int tail = index % TailSlots;
        return (
            LeadBase + (index / (Vowels * TailSlots)),
            VowelBase + (index / TailSlots % Vowels),
            tail == 0 ? -1 : TailBase - 1 + tail);
    }

    /// <summary>The syllable that two make; -1 where they make none.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            return SyllableBase + ((((first - LeadBase) * Vowels) + (second - VowelBase)) * TailSlots);
        }

        bool openSyllable = IsSyllable(first) && (first - SyllableBase) % TailSlots == 0;
        return openSyllable && second is >= TailBase and < TailBase + Tails ? first + second - TailBase + 1 : -1;
    }
}
