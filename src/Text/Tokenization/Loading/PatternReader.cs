using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Splitting;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads a <c>pattern</c>: {"String": ...} or {"Regex": ...}.</summary>
internal static class PatternReader
{
    public static ITextPattern Read(JsonField field)
    {
        if (!field["String"].IsNull)
        {
            return new LiteralPattern(field["String"].ShortText());
        }

        var regex = field["Regex"];
        try
        {
            return new RegexPattern(regex.String());
        }
        catch (ArgumentException refused)
        {
            throw regex.Error(refused.Message, refused);
        }
    }
}
