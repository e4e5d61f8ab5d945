using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Encoders;

/// <summary>What can be said of texts without knowing which encoder reads them.</summary>
internal static class EncodingLimits
{
    /// <summary>Texts of a request, as OpenAI has it.</summary>
    public const int MostTexts = 2_048;

    /// <summary>UTF-16 units of a text: more than an encoder looks at.</summary>
    public const int LongestText = 1 << 16;

    /// <exception cref="RequestFailedException">There are none, or too many.</exception>
    public static void CheckCount(int count, string field)
    {
        if (count is 0 or > MostTexts)
        {
            throw Invalid(field, $"has {count} texts; 1 to {MostTexts} are taken");
        }
    }

    /// <exception cref="RequestFailedException">It is no number of tokens, and not -1.</exception>
    public static int CheckTruncate(int most, string field) => most is -1 or > 0 ? most : throw Invalid(field, $"is {most}; it must be -1, or a number of tokens");

    /// <param name="count">Of queries.</param>
    /// <param name="field">That has them.</param>
    /// <param name="documents">How many there are.</param>
    /// <param name="documentsField">That has those.</param>
    /// <exception cref="RequestFailedException">There is neither one query, nor one for each document.</exception>
    public static void CheckQueries(int count, string field, int documents, string documentsField)
    {
        if (count != 1 && count != documents)
        {
            throw Invalid(field, $"has {count} texts and {documentsField} {documents}; it must have one, or as many");
        }
    }

    /// <summary>A text as a host gets it.</summary>
    /// <param name="text">Any.</param>
    /// <param name="field">That has it.</param>
    /// <param name="isCut">Whether it may be cut.</param>
    /// <exception cref="RequestFailedException">It is empty, or too long and may not be cut.</exception>
    public static string Checked(string text, string field, bool isCut)
    {
        if (text.Length == 0)
        {
            throw Invalid(field, "is empty");
        }

        if (text.Length <= LongestText)
        {
            return text;
        }

        if (!isCut)
        {
            throw Invalid(field, $"has {text.Length} characters; at most {LongestText} are taken");
        }

        // Not in the middle of a character.
        return text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
    }

    public static RequestFailedException Invalid(string field, string problem) => new(Failure.Invalid(field, $"{field} {problem}"));
}
